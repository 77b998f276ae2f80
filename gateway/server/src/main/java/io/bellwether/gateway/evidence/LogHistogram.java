package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.LogBuckets;
import java.util.Arrays;

/**
 * Counts per bucket of {@link LogScale}, in an array that covers only the buckets in use. Not safe for several threads.
 */
final class LogHistogram {
    private static final int MARGIN_BUCKETS = 16;

    private int firstIndex;
    private long[] counts = new long[0];

    void record(long value) {
        int index = LogScale.index(value);
        cover(index);
        counts[index - firstIndex]++;
    }

    LogBuckets toBuckets() {
        LogBuckets.Builder buckets = LogBuckets.newBuilder();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                buckets.addIndex(firstIndex + i).addCount(counts[i]);
            }
        }
        return buckets.build();
    }

    private void cover(int index) {
        if (counts.length == 0) {
            firstIndex = Math.max(0, index - MARGIN_BUCKETS);
            counts = new long[index - firstIndex + 1 + MARGIN_BUCKETS];
        } else if (index < firstIndex) {
            int first = Math.max(0, index - MARGIN_BUCKETS);
            long[] wider = new long[counts.length + firstIndex - first];
            System.arraycopy(counts, 0, wider, firstIndex - first, counts.length);
            firstIndex = first;
            counts = wider;
        } else if (index >= firstIndex + counts.length) {
            counts = Arrays.copyOf(counts, index - firstIndex + 1 + MARGIN_BUCKETS);
        }
    }
}
