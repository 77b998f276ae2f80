package io.bellwether.gateway.evidence;

import io.bellwether.protocol.ClientMark;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Cumulative counts of one cell. Guarded by the lock of its {@link ModelCells}. */
final class Cell {
    private static final @Nullable SliceCell[] NO_SLICES = {};

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final LogHistogram latencyNanos = new LogHistogram();
    private final LogHistogram witnessLatencyNanos = new LogHistogram();
    private @Nullable SliceCell[] slices = NO_SLICES;
    private final Map<Question, PairCell> pairs = new EnumMap<>(Question.class);
    private final Map<String, NumberCell> numbers = new TreeMap<>();
    private long requests;
    private long turnedAway;
    boolean changed;

    /** Which cell of a model a request counts in. */
    record Key(long slot, String version, Arm arm, String rolloutId, ClientMark client, int comparedBasisPoints) {
        static Key of(long slot, String version, Arm arm, String rolloutId, Drawn drawn) {
            return new Key(slot, version, arm, rolloutId, drawn.client(), drawn.comparedBasisPoints());
        }
    }

    void count(ModelCells.Answered answered) {
        requests++;
        outcomes.merge(answered.outcome(), 1L, Long::sum);
        if (answered.outcome().isEvidence()) {
            latencyNanos.record(answered.latencyNanos());
            if (answered.witness()) {
                witnessLatencyNanos.record(answered.latencyNanos());
            }
        }
        for (int left = answered.drawn().slices(); left != 0; left &= left - 1) {
            slice(Integer.numberOfTrailingZeros(left)).count(answered);
        }
        changed = true;
    }

    /** @param ofSlices one bit each */
    void turnAway(int ofSlices) {
        turnedAway++;
        for (int left = ofSlices; left != 0; left &= left - 1) {
            slice(Integer.numberOfTrailingZeros(left)).turnAway();
        }
        changed = true;
    }

    void count(Told told) {
        numbers.computeIfAbsent(told.name(), first -> new NumberCell()).count(told);
        changed = true;
    }

    void count(Pair pair) {
        pairs.computeIfAbsent(pair.question(), first -> new PairCell()).count(pair.result());
        changed = true;
    }

    /** The part of a slice; made with its first request in this cell. */
    private SliceCell slice(int place) {
        if (place >= slices.length) {
            slices = Arrays.copyOf(slices, place + 1);
        }
        SliceCell known = slices[place];
        if (known != null) {
            return known;
        }
        SliceCell made = new SliceCell();
        slices[place] = made;
        return made;
    }

    CellCounts toCounts(String model, Key key) {
        CellCounts.Builder counts = CellCounts.newBuilder()
                .setKey(CellKey.newBuilder()
                        .setModel(model)
                        .setVersion(key.version())
                        .setArm(key.arm())
                        .setRolloutId(key.rolloutId())
                        .setSlot(key.slot())
                        .setClientMemory(key.client().memory())
                        .setFirstOfClient(key.client().first())
                        .setComparedBasisPoints(key.comparedBasisPoints()))
                .setRequests(requests)
                .setTurnedAway(turnedAway)
                .setLatencyNanos(latencyNanos.toBuckets())
                .setWitnessLatencyNanos(witnessLatencyNanos.toBuckets());
        outcomes.forEach((outcome, count) -> counts.putOutcomes(outcome.label(), count));
        for (int place = 0; place < slices.length; place++) {
            SliceCell slice = slices[place];
            if (slice != null) {
                counts.addSlices(slice.toCounts(place));
            }
        }
        numbers.forEach((name, cell) -> counts.addNumbers(cell.toCounts(name)));
        pairs.forEach((question, cell) -> counts.addPairs(cell.toCounts(question)));
        return counts.build();
    }
}
