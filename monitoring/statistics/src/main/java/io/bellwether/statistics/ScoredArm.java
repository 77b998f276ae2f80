package io.bellwether.statistics;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The values of one arm in one slot as scores, in rising order, each once and how often it was seen. Immutable. */
final class ScoredArm {
    /** A product of so many bits is far from the ends of a double's range. */
    private static final double PRODUCT_BITS = 900;

    private final double[] scores;
    private final long[] counts;
    private final long total;

    private ScoredArm(double[] scores, long[] counts, long total) {
        this.scores = scores;
        this.counts = counts;
        this.total = total;
    }

    /**
     * @param values what was counted
     * @param shiftBuckets by which each value counts as less
     * @param score of a bucket; does not fall with it
     */
    static ScoredArm of(LogHistogram values, int shiftBuckets, IntToDoubleFunction score) {
        int[] buckets = values.buckets();
        long[] counts = values.counts();
        double[] scores = new double[buckets.length];
        int different = 0;
        for (int i = 0; i < buckets.length; i++) {
            double next = score.applyAsDouble(buckets[i] - shiftBuckets);
            if (different > 0 && scores[different - 1] == next) {
                counts[different - 1] += counts[i];
            } else {
                scores[different] = next;
                counts[different++] = counts[i];
            }
        }
        return new ScoredArm(Arrays.copyOf(scores, different), Arrays.copyOf(counts, different), values.total());
    }

    /** How many values there are. */
    long total() {
        return total;
    }

    /**
     * {@code sum ln(1 + fraction (score - center))} over all values, for each fraction. Factors are multiplied as long as a double
     * holds their product, and all fractions side by side, which takes a tenth of the time of a logarithm for each.
     *
     * @param fractions each keeps every factor above 0; none is greater than the first, signs apart
     */
    double[] logWealth(double[] fractions, double center) {
        double leastFactor = 1 - Math.abs(fractions[0]) * Math.max(center, 1 - center);
        double bitsOfOne = Math.max(1, -Math.log(leastFactor) / Math.log(2));
        double[] logs = new double[fractions.length];
        double[] products = ones(fractions.length);
        double[] factors = new double[fractions.length];
        double bits = 0;
        for (int i = 0; i < scores.length; i++) {
            double bitsMore = bitsOfOne * counts[i];
            if (bits + bitsMore > PRODUCT_BITS) {
                putAway(products, logs);
                bits = 0;
            }
            for (int j = 0; j < factors.length; j++) {
                factors[j] = 1 + fractions[j] * (scores[i] - center);
            }
            if (bitsMore > PRODUCT_BITS) {
                for (int j = 0; j < factors.length; j++) {
                    logs[j] += counts[i] * Math.log(factors[j]);
                }
            } else {
                multiply(products, factors, counts[i]);
                bits += bitsMore;
            }
        }
        putAway(products, logs);
        return logs;
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static void putAway(double[] products, double[] logs) {
        for (int j = 0; j < products.length; j++) {
            logs[j] += Math.log(products[j]);
            products[j] = 1;
        }
    }

    /** Multiplies each product by the power of its factor; the factors are used up. */
    private static void multiply(double[] products, double[] factors, long exponent) {
        for (long rest = exponent; rest > 0; rest >>= 1) {
            for (int j = 0; (rest & 1) == 1 && j < products.length; j++) {
                products[j] *= factors[j];
            }
            for (int j = 0; rest > 1 && j < factors.length; j++) {
                factors[j] *= factors[j];
            }
        }
    }

    /** The mean of the scores; NaN without any. */
    double mean() {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            sum += counts[i] * scores[i];
        }
        return sum / total;
    }

    /** The variance of the scores. */
    double variance() {
        double mean = mean();
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            sum += counts[i] * (scores[i] - mean) * (scores[i] - mean);
        }
        return sum / total;
    }
}
