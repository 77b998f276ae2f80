package io.bellwether.batching.simulation;

import io.bellwether.batching.Waiting;
import io.bellwether.batching.simulation.Result.Latencies;
import io.bellwether.batching.simulation.Result.Usage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcome of each request of a version, at most one, and what its runs took. */
final class Tally {
    private final Scenario.Version version;
    private final @Nullable Outcome[] outcomes;
    private final long[] latencyNanos;
    private int answered;
    private int finished;
    private long lastNanos;
    private long runs;
    private long items;
    private double deviceNanos;
    private double wastedNanos;

    Tally(Scenario.Version version) {
        this.version = version;
        this.outcomes = new Outcome[version.requests().size()];
        this.latencyNanos = new long[version.requests().size()];
    }

    boolean isOver(long id) {
        return outcomes[(int) id] != null;
    }

    void finish(long id, Outcome outcome, long nowNanos) {
        Shadow.require(outcomes[(int) id] == null, "a second outcome, " + outcome + ", of", id);
        outcomes[(int) id] = outcome;
        finished++;
        lastNanos = Math.max(lastNanos, nowNanos);
        if (outcome == Outcome.ON_TIME || outcome == Outcome.LATE) {
            latencyNanos[answered++] =
                    nowNanos - version.requests().get((int) id).arrival().atNanos();
        }
    }

    /** A run began. */
    void began(List<Waiting<Request>> part) {
        runs++;
        items += part.stream().mapToInt(Waiting::items).sum();
    }

    /**
     * A run is over, and its requests have their outcomes.
     *
     * @param answered whether it gave answers
     */
    void took(List<Waiting<Request>> part, double nanos, boolean answered) {
        long all = 0;
        long wanted = 0;
        for (Waiting<Request> request : part) {
            all += request.items();
            wanted += answered && outcomes[(int) request.id()] == Outcome.ON_TIME ? request.items() : 0;
        }
        deviceNanos += nanos;
        wastedNanos += nanos * (double) (all - wanted) / (double) all;
    }

    Result result() {
        Shadow.require(finished == outcomes.length, "requests without an outcome", outcomes.length - finished);
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, 0);
        }
        for (Outcome outcome : outcomes) {
            if (outcome != null) {
                counts.merge(outcome, 1, Integer::sum);
            }
        }
        long firstNanos = outcomes.length == 0
                ? lastNanos
                : version.requests().get(0).arrival().atNanos();
        return new Result(
                version.name(),
                counts,
                Latencies.of(latencyNanos, answered),
                new Usage(runs, items, deviceNanos, wastedNanos),
                lastNanos - firstNanos);
    }
}
