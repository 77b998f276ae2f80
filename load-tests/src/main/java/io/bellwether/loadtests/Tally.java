package io.bellwether.loadtests;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts answers by model version. Safe for use by several threads. */
final class Tally {
    /** Answers of further versions count under {@link #OTHER_VERSIONS}. */
    private static final int VERSIONS_MAX = 64;

    static final String OTHER_VERSIONS = "other";

    private final Object lock = new Object();
    private final Map<String, Cell> total = new TreeMap<>();
    private final Map<String, Cell> interval = new TreeMap<>();

    /**
     * Counts one request.
     *
     * @param latencyNanos time from the intended start to the answer
     * @param label the class it should get; negative when unknown
     */
    void add(Answer answer, long latencyNanos, int label) {
        synchronized (lock) {
            cell(total, answer.version()).add(answer, latencyNanos, label);
            cell(interval, answer.version()).add(answer, latencyNanos, label);
        }
    }

    /** Everything so far, by version; the empty version holds requests that no version is known for. */
    Map<String, Counts> total() {
        synchronized (lock) {
            return snapshot(total);
        }
    }

    /** Everything since the last call. */
    Map<String, Counts> takeInterval() {
        synchronized (lock) {
            Map<String, Counts> taken = snapshot(interval);
            interval.clear();
            return taken;
        }
    }

    static Counts sum(Map<String, Counts> byVersion) {
        return byVersion.values().stream().reduce(Counts.none(), Counts::plus);
    }

    private static Cell cell(Map<String, Cell> cells, String version) {
        String key = cells.containsKey(version) || cells.size() < VERSIONS_MAX ? version : OTHER_VERSIONS;
        return cells.computeIfAbsent(key, v -> new Cell());
    }

    private static Map<String, Counts> snapshot(Map<String, Cell> cells) {
        Map<String, Counts> snapshot = new TreeMap<>();
        cells.forEach((version, cell) -> snapshot.put(version, cell.counts()));
        return snapshot;
    }

    private static final class Cell {
        private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        private final Histogram latencyMicros = Counts.histogram();
        private final Histogram refusedMicros = Counts.histogram();
        private long labelled;
        private long correct;

        void add(Answer answer, long latencyNanos, int label) {
            outcomes.merge(answer.outcome(), 1L, Long::sum);
            if (answer.outcome() == Outcome.OK) {
                latencyMicros.recordValue(Counts.recordable(latencyNanos));
            } else if (answer.outcome() == Outcome.REFUSED) {
                refusedMicros.recordValue(Counts.recordable(latencyNanos));
            }
            if (label >= 0 && answer.predictedClass() != Answer.NO_CLASS) {
                labelled++;
                correct += answer.predictedClass() == label ? 1 : 0;
            }
        }

        Counts counts() {
            Map<Outcome, Long> copy = new EnumMap<>(Outcome.class);
            copy.putAll(outcomes);
            return new Counts(copy, latencyMicros.copy(), refusedMicros.copy(), labelled, correct);
        }
    }
}
