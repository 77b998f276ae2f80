package io.bellwether.batching;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one queue and its instances can promise, from how long runs were found to take. It promises what is left when every
 * run is as long as the 99 % quantile of runs: arrivals at that rate find a server that is mostly a little ahead of them,
 * and a request that comes just after a run has begun still meets the objective, as two runs fit into it (Nexus, SOSP 2019).
 *
 * @param bestItems the best batch: the most items whose run takes at most half of the objective; the largest batch without
 *     an objective; 0 when not even one item is so fast, and then nothing can be promised
 * @param meanNanos what a run of the best batch takes on average, of one item where there is no best batch
 * @param p99Nanos what nearly all of those runs take at most
 * @param errorNanos standard error of {@code meanNanos}: how far it may be off because few runs speak for it
 * @param promisedItemsPerSecond items per second that all instances together can answer within the objective, 99 % of them
 * @param meanItemsPerSecond what best batches without a pause would come to; above it queues grow without end
 */
public record Capacity(
        int bestItems,
        long meanNanos,
        long p99Nanos,
        double errorNanos,
        double promisedItemsPerSecond,
        double meanItemsPerSecond) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * The capacity by what is known now; empty while the latency of the largest batch would be a guess.
     *
     * @param latency of the version's runs
     * @param itemsMax largest batch at present, at most the policy's
     * @param length of the requests, as in {@link Waiting#length()}; 1 where none varies
     */
    public static Optional<Capacity> of(LatencyModel latency, BatchingPolicy policy, int itemsMax, int length) {
        if (!latency.knows((long) itemsMax * length)) {
            return Optional.empty();
        }
        int best = bestItems(latency, policy.objectiveNanos(), itemsMax, length);
        long cells = (long) Math.max(1, best) * length;
        long mean = Math.max(1, latency.meanNanos(cells));
        long p99 = Math.max(mean, latency.predictNanos(cells));
        double itemNanosPerSecond = NANOS_PER_SECOND * best * policy.instances();
        return Optional.of(new Capacity(
                best,
                mean,
                p99,
                latency.fit().standardErrorNanos(cells),
                itemNanosPerSecond / p99,
                itemNanosPerSecond / mean));
    }

    /** The most items whose run takes at most half of the objective; 0 when one takes longer, all when there is none. */
    static int bestItems(LatencyModel latency, long objectiveNanos, int itemsMax, int length) {
        if (objectiveNanos == 0) {
            return itemsMax;
        }
        int low = 0;
        int high = itemsMax;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (2 * latency.predictNanos((long) middle * length) <= objectiveNanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Items per second that could come on top of those that arrive; below 0 when more arrive than can be promised. */
    public double headRoomItemsPerSecond(double arrivingItemsPerSecond) {
        return promisedItemsPerSecond - arrivingItemsPerSecond;
    }

    /**
     * How many alike a rate needs, at least 1; empty when no number of them can promise it.
     *
     * @param promisedOfOne what one of them promises, in the unit of the rate
     */
    public static OptionalLong replicas(double rate, double promisedOfOne) {
        return promisedOfOne <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(1, (long) Math.ceil(rate / promisedOfOne)));
    }
}
