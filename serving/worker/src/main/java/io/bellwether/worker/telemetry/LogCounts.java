package io.bellwether.worker.telemetry;

import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.LogBuckets;
import java.util.Arrays;

/** Counts on the logarithmic scale, sparse and ordered by bucket. Guarded by the lock of its cell. */
final class LogCounts {
    private int[] indexes = new int[4];
    private long[] counts = new long[4];
    private int size;

    void add(long value) {
        int index = LogScale.index(value);
        int at = Arrays.binarySearch(indexes, 0, size, index);
        if (at < 0) {
            at = -at - 1;
            insert(at, index);
        }
        counts[at]++;
    }

    LogBuckets toProto() {
        LogBuckets.Builder buckets = LogBuckets.newBuilder();
        for (int i = 0; i < size; i++) {
            buckets.addIndex(indexes[i]).addCount(counts[i]);
        }
        return buckets.build();
    }

    private void insert(int at, int index) {
        if (size == indexes.length) {
            indexes = Arrays.copyOf(indexes, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        System.arraycopy(indexes, at, indexes, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        indexes[at] = index;
        counts[at] = 0;
        size++;
    }
}
