package io.bellwether.batching.simulation;

import java.util.Arrays;
import java.util.Map;

/**
 * What became of the requests of one version.
 *
 * @param counts by outcome; every outcome is a key
 * @param latencies of the answers
 * @param spanNanos from the first arrival to the last event
 */
public record Result(String version, Map<Outcome, Integer> counts, Latencies latencies, Usage usage, long spanNanos) {
    public Result {
        counts = Map.copyOf(counts);
    }

    /** From arrival to answer, of those on time and those late; 0 when there was none. */
    public record Latencies(long p50Nanos, long p90Nanos, long p99Nanos, long mostNanos) {
        static Latencies of(long[] nanos, int count) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return new Latencies(
                    quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 0.99), quantile(sorted, 1));
        }

        private static long quantile(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
        }
    }

    /**
     * What it took of the device.
     *
     * @param runs executions, those again after a failure among them
     * @param items in all of them
     * @param deviceNanos time of a processor
     * @param wastedNanos of that, what went into items that nobody got in time; a run's time is split equally over its items
     */
    public record Usage(long runs, long items, double deviceNanos, double wastedNanos) {}

    /** How many ended so. */
    public int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** All of them. */
    public int requests() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Of all requests, those answered in time; 0 without requests. */
    public double onTimeShare() {
        return requests() == 0 ? 0 : count(Outcome.ON_TIME) / (double) requests();
    }

    /** Mean items of a run; 0 without one. */
    public double batchItemsMean() {
        return usage.runs() == 0 ? 0 : usage.items() / (double) usage.runs();
    }

    /** Of the device time, what nobody got; 0 when it used none. */
    public double wastedShare() {
        return usage.deviceNanos() == 0 ? 0 : usage.wastedNanos() / usage.deviceNanos();
    }
}
