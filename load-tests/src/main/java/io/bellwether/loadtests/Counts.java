package io.bellwether.loadtests;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What happened to some requests.
 *
 * @param outcomes number of requests by outcome
 * @param latencyMicros latency of the answers that were {@link Outcome#OK}, from the intended start
 * @param refusedMicros the same of those that were {@link Outcome#REFUSED}
 * @param labelled answers whose class was compared with the label
 * @param correct those that were right
 */
record Counts(
        Map<Outcome, Long> outcomes, Histogram latencyMicros, Histogram refusedMicros, long labelled, long correct) {
    private static final long LATENCY_MICROS_MAX = 600_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    static Histogram histogram() {
        return new Histogram(LATENCY_MICROS_MAX, SIGNIFICANT_DIGITS);
    }

    static Counts none() {
        return new Counts(new EnumMap<>(Outcome.class), histogram(), histogram(), 0, 0);
    }

    long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    long total() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    long failures() {
        return total() - count(Outcome.OK);
    }

    /** Latency at a percentile in milliseconds; 0 when nothing was answered. */
    double millis(double percentile) {
        return latencyMicros.getTotalCount() == 0 ? 0 : latencyMicros.getValueAtPercentile(percentile) / 1000.0;
    }

    /** Time until a refusal was told, at a percentile in milliseconds; 0 when nothing was refused. */
    double refusedMillis(double percentile) {
        return refusedMicros.getTotalCount() == 0 ? 0 : refusedMicros.getValueAtPercentile(percentile) / 1000.0;
    }

    /** Good answers within some time from the intended start. */
    long within(long millis) {
        return latencyMicros.getCountBetweenValues(0, millis * 1000);
    }

    Counts plus(Counts other) {
        Map<Outcome, Long> sum = new EnumMap<>(Outcome.class);
        sum.putAll(outcomes);
        other.outcomes.forEach((outcome, count) -> sum.merge(outcome, count, Long::sum));
        Histogram latency = latencyMicros.copy();
        latency.add(other.latencyMicros);
        Histogram refused = refusedMicros.copy();
        refused.add(other.refusedMicros);
        return new Counts(sum, latency, refused, labelled + other.labelled, correct + other.correct);
    }

    /** Micros as recorded: what is over the histogram's range counts as its end. */
    static long recordable(long latencyNanos) {
        return Math.max(0, Math.min(LATENCY_MICROS_MAX, latencyNanos / 1000));
    }
}
