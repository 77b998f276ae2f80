package io.bellwether.statistics;

import java.util.function.IntToDoubleFunction;

/** The values of one arm in one slot as scores, in rising order, each as often as it was seen. Immutable. */
final class ScoredArm {
    /** Beyond them a product is put away as a logarithm; a factor lies far within. */
    private static final double PRODUCT_MIN = 1e-200;

    private static final double PRODUCT_MAX = 1e200;

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
        double[] scores = new double[buckets.length];
        for (int i = 0; i < buckets.length; i++) {
            scores[i] = score.applyAsDouble(buckets[i] - shiftBuckets);
        }
        return new ScoredArm(scores, values.counts(), values.total());
    }

    /** How many values there are. */
    long total() {
        return total;
    }

    /** {@code sum ln(1 + fraction (score - center))} over all values. */
    double logWealth(double fraction, double center) {
        double logSum = 0;
        double product = 1;
        for (int i = 0; i < scores.length; i++) {
            double factor = 1 + fraction * (scores[i] - center);
            if (counts[i] == 1) {
                product *= factor;
            } else {
                logSum += counts[i] * Math.log(factor);
            }
            if (product < PRODUCT_MIN || product > PRODUCT_MAX) {
                logSum += Math.log(product);
                product = 1;
            }
        }
        return logSum + Math.log(product);
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
