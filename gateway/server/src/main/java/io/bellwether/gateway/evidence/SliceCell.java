package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.SliceCounts;

/** Cumulative counts of the part of a cell that belongs to one slice. Guarded like its {@link Cell}. */
final class SliceCell {
    private final LogHistogram witnessLatencyNanos = new LogHistogram();
    private long requests;
    private long failures;
    private long timeouts;

    /** Counts a request whose outcome is evidence. */
    void count(ModelCells.Answered answered) {
        requests++;
        failures += answered.outcome() == Outcome.OK ? 0 : 1;
        timeouts += answered.outcome() == Outcome.TIMEOUT ? 1 : 0;
        if (answered.witness()) {
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
                .setWitnessLatencyNanos(witnessLatencyNanos.toBuckets())
                .build();
    }
}
