package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;

/**
 * What one compared arm counted in one slot.
 *
 * @param requests requests that are evidence: ok and failed, without refused and invalid ones
 * @param failures of these, the failed ones: model errors, timeouts, unavailable
 * @param witnessLatencyNanos latency of the requests that speak for their batch
 * @param witnessCostPicoUsd cost of the requests that speak for their batch
 * @param classes predicted classes, one a request
 * @param faults rare faults that are counted apart
 */
public record ArmCounts(
        long requests,
        long failures,
        LogHistogram witnessLatencyNanos,
        LogHistogram witnessCostPicoUsd,
        ClassCounts classes,
        FaultCounts faults) {
    /** An arm without traffic. */
    public static final ArmCounts NONE =
            new ArmCounts(0, 0, LogHistogram.EMPTY, LogHistogram.EMPTY, ClassCounts.NONE, FaultCounts.NONE);

    public ArmCounts {
        if (requests < 0 || failures < 0 || failures > requests) {
            throw new IllegalArgumentException("failures lie between 0 and the requests, got " + failures + " of "
                    + requests + ": count both before handing them on");
        }
        if (faults.timeouts() > failures) {
            throw new IllegalArgumentException("timeouts are failures, got " + faults.timeouts() + " of " + failures);
        }
    }

    /** The counts of two slots together. */
    public ArmCounts plus(ArmCounts other) {
        return new ArmCounts(
                Math.addExact(requests, other.requests),
                Math.addExact(failures, other.failures),
                witnessLatencyNanos.plus(other.witnessLatencyNanos),
                witnessCostPicoUsd.plus(other.witnessCostPicoUsd),
                classes.plus(other.classes),
                faults.plus(other.faults));
    }
}
