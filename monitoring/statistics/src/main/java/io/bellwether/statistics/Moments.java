package io.bellwether.statistics;

/**
 * Number, mean and spread of values, immutable; sums of two are exact up to rounding, whatever their means.
 *
 * @param count how many values, at least 0
 * @param mean their mean; 0 without values
 * @param squares the sum of squared differences from the mean, at least 0
 */
public record Moments(long count, double mean, double squares) {
    /** No value yet. */
    public static final Moments NONE = new Moments(0, 0, 0);

    public Moments {
        if (count < 0
                || !(squares >= 0)
                || Double.isInfinite(squares)
                || !(Math.abs(mean) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "moments have a count of at least 0, a finite mean and finite squares of at" + " least 0, got "
                            + count + ", " + mean + ", " + squares);
        }
    }

    /** The moments of values. */
    public static Moments of(double... values) {
        Moments moments = NONE;
        for (double value : values) {
            moments = moments.plus(new Moments(1, value, 0));
        }
        return moments;
    }

    /**
     * From a sum of values and a sum of their squares. Loses what the two have in common: with a mean that is a thousand
     * times the standard deviation, six digits.
     */
    public static Moments ofSums(long count, double sum, double sumOfSquares) {
        return count == 0 ? NONE : new Moments(count, sum / count, Math.max(0, sumOfSquares - sum / count * sum));
    }

    /** The moments of all values together (Chan, Golub and LeVeque 1979). */
    public Moments plus(Moments other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        double all = (double) count + other.count;
        double difference = other.mean - mean;
        double share = other.count / all;
        return new Moments(
                Math.addExact(count, other.count),
                mean + difference * share,
                squares + other.squares + difference * difference * count * share);
    }

    /** The unbiased variance; 0 for fewer than two values. */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** The squared standard error of the mean; 0 for fewer than two values. */
    public double squaredError() {
        return count < 2 ? 0 : variance() / count;
    }
}
