package io.bellwether.statistics;

import java.util.Arrays;

/** The share of the past below a value, half of its own bucket included. It knows no scale and no tail. */
final class RankScore implements PastScore {
    private final int[] buckets;
    private final long[] countsBelow;
    private final double total;

    /**
     * @param past values of the control, not empty
     */
    RankScore(LogHistogram past) {
        buckets = past.buckets();
        long[] counts = past.counts();
        countsBelow = new long[buckets.length + 1];
        for (int i = 0; i < buckets.length; i++) {
            countsBelow[i + 1] = countsBelow[i] + counts[i];
        }
        total = past.total();
    }

    @Override
    public double applyAsDouble(int bucket) {
        int place = Arrays.binarySearch(buckets, bucket);
        return place >= 0
                ? (countsBelow[place] + countsBelow[place + 1]) / (2 * total)
                : countsBelow[-place - 1] / total;
    }

    @Override
    public double mean() {
        return 0.5;
    }
}
