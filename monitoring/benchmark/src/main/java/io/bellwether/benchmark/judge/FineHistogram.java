package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import io.bellwether.statistics.BucketScale;
import java.util.Arrays;

/** Counts latencies in buckets of 2 %, dense, to be emptied and filled again. */
final class FineHistogram {
    private static final int BUCKETS = 2_048;
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void add(ArmSlot arm) {
        for (int i = 0; i < arm.requests(); i++) {
            counts[Math.min(BUCKETS - 1, BucketScale.bucketOf(arm.latencyMillis(i) * NANOS_PER_MILLI))]++;
        }
        total += arm.requests();
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    /** The middle of the bucket with the quantile, in milliseconds; NaN when nothing was counted. */
    double quantileMillis(double q) {
        if (total == 0) {
            return Double.NaN;
        }
        long rank = Math.max(1, (long) Math.ceil(q * total));
        long below = 0;
        int bucket = 0;
        while (below + counts[bucket] < rank) {
            below += counts[bucket];
            bucket++;
        }
        return BucketScale.middleOf(bucket) / NANOS_PER_MILLI;
    }
}
