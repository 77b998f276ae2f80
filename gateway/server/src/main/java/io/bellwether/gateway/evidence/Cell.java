package io.bellwether.gateway.evidence;

import io.bellwether.protocol.ClientMark;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import java.util.EnumMap;
import java.util.Map;

/** Cumulative counts of one cell. Guarded by the lock of its {@link ModelCells}. */
final class Cell {
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final LogHistogram latencyNanos = new LogHistogram();
    private final LogHistogram witnessLatencyNanos = new LogHistogram();
    private long requests;
    boolean changed;

    /** Which cell of a model a request counts in. */
    record Key(long slot, String version, Arm arm, String rolloutId, ClientMark client) {}

    void count(Outcome outcome, long nanos, boolean witness) {
        requests++;
        outcomes.merge(outcome, 1L, Long::sum);
        if (outcome.isEvidence()) {
            latencyNanos.record(nanos);
            if (witness) {
                witnessLatencyNanos.record(nanos);
            }
        }
        changed = true;
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
                        .setFirstOfClient(key.client().first()))
                .setRequests(requests)
                .setLatencyNanos(latencyNanos.toBuckets())
                .setWitnessLatencyNanos(witnessLatencyNanos.toBuckets());
        outcomes.forEach((outcome, count) -> counts.putOutcomes(outcome.label(), count));
        return counts.build();
    }
}
