package io.bellwether.statistics;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The values of one arm in one slot as scores, in rising order, each once and how often it was seen. Immutable. */
final class ScoredArm {
    /** A product of so many bits is far from the ends of a double's range. */
    private static final double PRODUCT_BITS = 900;

    /** Fractions that are multiplied side by side. */
    private static final int LANES = 4;

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
        // A fraction of zero, whose factors are one, fills up the last four.
        double[] padded = Arrays.copyOf(fractions, (fractions.length + LANES - 1) / LANES * LANES);
        double[] logs = new double[padded.length];
        for (int from = 0; from < padded.length; from += LANES) {
            addLogs(padded, from, center, bitsOfOne, logs);
        }
        return Arrays.copyOf(logs, fractions.length);
    }

    /** Four fractions in variables of their own: none of their chains of multiplications waits for another, or for memory. */
    private void addLogs(double[] fractions, int from, double center, double bitsOfOne, double[] logs) {
        double product0 = 1;
        double product1 = 1;
        double product2 = 1;
        double product3 = 1;
        double bits = 0;
        for (int i = 0; i < scores.length; i++) {
            double bitsMore = bitsOfOne * counts[i];
            boolean alone = bitsMore > PRODUCT_BITS;
            if (bits + bitsMore > PRODUCT_BITS) {
                putAway(logs, from, 1, product0, product1, product2, product3);
                product0 = 1;
                product1 = 1;
                product2 = 1;
                product3 = 1;
                bits = 0;
            }
            double distance = scores[i] - center;
            double factor0 = 1 + fractions[from] * distance;
            double factor1 = 1 + fractions[from + 1] * distance;
            double factor2 = 1 + fractions[from + 2] * distance;
            double factor3 = 1 + fractions[from + 3] * distance;
            if (alone) {
                putAway(logs, from, counts[i], factor0, factor1, factor2, factor3);
                continue;
            }
            bits += bitsMore;
            for (long rest = counts[i]; rest > 0; rest >>= 1) {
                if ((rest & 1) == 1) {
                    product0 *= factor0;
                    product1 *= factor1;
                    product2 *= factor2;
                    product3 *= factor3;
                }
                factor0 *= factor0;
                factor1 *= factor1;
                factor2 *= factor2;
                factor3 *= factor3;
            }
        }
        putAway(logs, from, 1, product0, product1, product2, product3);
    }

    private static void putAway(double[] logs, int from, long times, double... products) {
        for (int lane = 0; lane < LANES; lane++) {
            logs[from + lane] += times * Math.log(products[lane]);
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
