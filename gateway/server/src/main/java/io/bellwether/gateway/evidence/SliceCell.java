package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.SliceCounts;

/** Cumulative counts of the part of a cell that belongs to one slice. Guarded like its {@link Cell}. */
final class SliceCell {
    private final LogHistogram witnessLatencyNanos = new LogHistogram();
    private long requests;
    private long failures;
    private long timeouts;
    private long modelErrors;
    private long refused;

    void turnAway() {
        refused++;
    }

    void count(ModelCells.Answered answered) {
        refused += answered.outcome() == Outcome.REFUSED ? 1 : 0;
        if (!answered.outcome().isEvidence()) {
            return;
        }
        requests++;
        failures += answered.outcome() == Outcome.OK ? 0 : 1;
        timeouts += answered.outcome() == Outcome.TIMEOUT ? 1 : 0;
        modelErrors += answered.outcome() == Outcome.MODEL_ERROR ? 1 : 0;
        if (answered.witness() && answered.arm() != Arm.STABLE_REST) {
            witnessLatencyNanos.record(answered.latencyNanos());
        }
    }

    /** @param place of the slice among those that the rollout declares */
    SliceCounts toCounts(int place) {
        return SliceCounts.newBuilder()
                .setSlice(place)
                .setRequests(requests)
                .setFailures(failures)
                .setTimeouts(timeouts)
                .setModelErrors(modelErrors)
                .setRefused(refused)
                .setWitnessLatencyNanos(witnessLatencyNanos.toBuckets())
                .build();
    }
}
