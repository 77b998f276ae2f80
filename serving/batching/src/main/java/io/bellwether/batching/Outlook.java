package io.bellwether.batching;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * When a request that arrives now would be answered: the runs in progress, the work that comes before it, its own run. The
 * runs before its own count with their mean, as their errors even out; its own with a high quantile.
 */
final class Outlook {
    private final BatchingPolicy policy;
    private final LatencyModel latency;
    /** Predicted ends of the runs in progress; at most one running and one prepared for each instance. */
    private final long[] ends;

    private int running;
    private int bestItems;
    private long bestAtRun = -1;
    private int bestLength;

    Outlook(BatchingPolicy policy, LatencyModel latency) {
        this.policy = policy;
        this.latency = latency;
        this.ends = new long[2 * policy.instances()];
    }

    void started(long endNanos) {
        if (running == ends.length) {
            // A runner that never told of an end must not fill this up.
            remove(0);
        }
        ends[running++] = endNanos;
    }

    void ended(long endNanos) {
        for (int i = 0; i < running; i++) {
            if (ends[i] == endNanos) {
                remove(i);
                return;
            }
        }
    }

    int running() {
        return running;
    }

    private void remove(int index) {
        System.arraycopy(ends, index + 1, ends, index, running - index - 1);
        running--;
    }

    /** When the next instance is free: now where one is idle, never before now. */
    long freeAtNanos(long nowNanos) {
        return nowNanos + freeInNanos(nowNanos, leftNanos -> Math.max(0, leftNanos));
    }

    /**
     * How long it is expected to be until the next instance is free. A run that is late is expected to take as long again as
     * it is late: who hangs is not taken for one that is free in a moment.
     */
    long expectedFreeNanos(long nowNanos) {
        return freeInNanos(nowNanos, Math::abs);
    }

    /**
     * @param expected how long a run still takes, from how long it is until its predicted end, which may be below 0
     */
    private long freeInNanos(long nowNanos, LongUnaryOperator expected) {
        if (running < policy.instances()) {
            return 0;
        }
        long[] fromNow = new long[running];
        for (int i = 0; i < running; i++) {
            fromNow[i] = expected.applyAsLong(ends[i] - nowNanos);
        }
        Arrays.sort(fromNow);
        return fromNow[running - policy.instances()];
    }

    /** When the next instance is free once one more run has started that takes so long. */
    long freeAtNanos(long startNanos, long runNanos) {
        if (running + 1 < policy.instances()) {
            return startNanos;
        }
        long first = runNanos;
        for (int i = 0; i < running; i++) {
            first = Math.min(first, Math.max(0, ends[i] - startNanos));
        }
        return startNanos + first;
    }

    /** The best batch for the objective: the largest whose run takes half of it (Nexus, SOSP 2019); the largest without one. */
    int bestItems(int itemsMax, int length) {
        if (policy.objectiveNanos() == 0) {
            return itemsMax;
        }
        if (bestAtRun != latency.runs() || bestLength != length) {
            bestAtRun = latency.runs();
            bestLength = length;
            bestItems =
                    Math.max(1, Capacity.bestItems(latency, policy.objectiveNanos(), policy.batchItemsMax(), length));
        }
        return Math.min(bestItems, itemsMax);
    }

    /** How long all instances together need for so many items, one run of it with a high quantile. */
    long workNanos(long items, int length, int itemsMax) {
        if (items <= itemsMax) {
            return latency.predictNanos(items * length);
        }
        int best = bestItems(itemsMax, length);
        return Math.min(roundsNanos(items, best, length), roundsNanos(items, itemsMax, length));
    }

    private long roundsNanos(long items, int batch, int length) {
        long batches = (items + batch - 1) / batch;
        long roundsBefore = (batches - 1) / policy.instances();
        long last = items - (batches - 1) * batch;
        return roundsBefore * latency.meanNanos((long) batch * length) + latency.predictNanos(last * length);
    }

    /** Share of what the instances can do that arrives, at the best batch. */
    double load(double itemsPerSecond, int itemsMax, int length) {
        int best = bestItems(itemsMax, length);
        return itemsPerSecond * latency.meanNanos((long) best * length) / 1e9 / best / policy.instances();
    }
}
