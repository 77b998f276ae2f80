package io.bellwether.statistics;

import java.util.Arrays;

/**
 * What a value is worth in the light of the control's past, which does not hold the value itself. Both scores lie between 0
 * and 1 and do not fall with the value, so an arm whose values are stochastically less scores less on average, whatever the
 * past was.
 *
 * <ul>
 *   <li>{@link #rank}: the share of the past below it, half of its own bucket included. It knows no scale and no tail.
 *   <li>{@link #amount}: the value itself as a share of a cap, above which all count as the cap. The cap is ten past means, and
 *       at most twice the greatest past value: betting on means is slow in proportion to the cap.
 * </ul>
 *
 * <p>Immutable.
 */
final class PastScores {
    private static final double CAP_MEANS = 10;
    private static final double CAP_GREATEST = 2;

    private final int[] buckets;
    private final long[] countsBelow;
    private final double total;
    private final int greatest;
    private final double cap;
    private final double amountMean;

    /**
     * @param past values of the control, not empty
     */
    PastScores(LogHistogram past) {
        buckets = past.buckets();
        long[] counts = past.counts();
        countsBelow = new long[buckets.length + 1];
        for (int i = 0; i < buckets.length; i++) {
            countsBelow[i + 1] = countsBelow[i] + counts[i];
        }
        total = past.total();
        greatest = buckets[buckets.length - 1];
        // Relative to the greatest value, so that nothing overflows.
        double mean = 0;
        for (int i = 0; i < buckets.length; i++) {
            mean += counts[i] / total * BucketScale.ratioOf(buckets[i] - greatest);
        }
        cap = Math.min(CAP_MEANS * mean, CAP_GREATEST);
        double amounts = 0;
        for (int i = 0; i < buckets.length; i++) {
            amounts += counts[i] / total * amount(buckets[i]);
        }
        amountMean = amounts;
    }

    /** The share of the past below a bucket and half of what is in it. */
    double rank(int bucket) {
        int place = Arrays.binarySearch(buckets, bucket);
        return place >= 0
                ? (countsBelow[place] + countsBelow[place + 1]) / (2 * total)
                : countsBelow[-place - 1] / total;
    }

    /** The middle of a bucket as a share of the cap. */
    double amount(int bucket) {
        return Math.min(1, BucketScale.ratioOf(bucket - greatest) / cap);
    }

    /** The mean rank of the past. */
    double rankMean() {
        return 0.5;
    }

    /** The mean amount of the past; strictly between 0 and 1. */
    double amountMean() {
        return amountMean;
    }
}
