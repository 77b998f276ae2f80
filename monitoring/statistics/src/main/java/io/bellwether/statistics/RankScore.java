package io.bellwether.statistics;

import java.util.Arrays;

/** The share of the past below a value, half of its own bucket included. It knows no scale and no tail. */
final class RankScore implements PastScore {
    /** A past that spreads over more buckets is searched; any that was measured spreads over some hundred. */
    private static final int DENSE_MAX = 4096;

    private final int[] buckets;
    private final long[] countsBelow;
    private final double total;
    /** Of each bucket from the lowest to the highest of the past; empty where it spreads too far. */
    private final double[] dense;

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
        dense = dense();
    }

    private double[] dense() {
        long spread = (long) buckets[buckets.length - 1] - buckets[0] + 1;
        double[] scores = new double[spread > DENSE_MAX ? 0 : (int) spread];
        int next = 0;
        for (int i = 0; i < scores.length; i++) {
            boolean own = buckets[next] - buckets[0] == i;
            scores[i] = own ? ofOwn(next) : ofGap(next);
            next += own ? 1 : 0;
        }
        return scores;
    }

    /** Of a bucket that holds something. */
    private double ofOwn(int place) {
        return (countsBelow[place] + countsBelow[place + 1]) / (2 * total);
    }

    /** Of a bucket that holds nothing, before the one at a place. */
    private double ofGap(int place) {
        return countsBelow[place] / total;
    }

    @Override
    public double applyAsDouble(int bucket) {
        long from = (long) bucket - buckets[0];
        if (from >= 0 && from < dense.length) {
            return dense[(int) from];
        }
        int place = Arrays.binarySearch(buckets, bucket);
        return place >= 0 ? ofOwn(place) : ofGap(-place - 1);
    }

    @Override
    public double mean() {
        return 0.5;
    }
}
