package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import java.util.ArrayList;
import java.util.List;

/**
 * What one compared arm counted in one slot.
 *
 * @param requests requests that are evidence: ok and failed, without refused and invalid ones
 * @param failures of these, the failed ones: model errors, timeouts, unavailable
 * @param witnessLatencyNanos latency of the requests that speak for their batch
 * @param witnessCostPicoUsd cost of the requests that speak for their batch
 * @param classes predicted classes, one a request
 * @param faults rare faults that are counted apart
 * @param slices by the place of a declared slice: what part of all this is in it; only requests, failures, timeouts and
 *     latency, and no slices. May be shorter than there are slices
 */
public record ArmCounts(
        long requests,
        long failures,
        LogHistogram witnessLatencyNanos,
        LogHistogram witnessCostPicoUsd,
        ClassCounts classes,
        FaultCounts faults,
        List<ArmCounts> slices) {
    /** An arm without traffic. */
    public static final ArmCounts NONE =
            new ArmCounts(0, 0, LogHistogram.EMPTY, LogHistogram.EMPTY, ClassCounts.NONE, FaultCounts.NONE);

    /** Counts that are not told apart by slices. */
    public ArmCounts(
            long requests,
            long failures,
            LogHistogram witnessLatencyNanos,
            LogHistogram witnessCostPicoUsd,
            ClassCounts classes,
            FaultCounts faults) {
        this(requests, failures, witnessLatencyNanos, witnessCostPicoUsd, classes, faults, List.of());
    }

    public ArmCounts {
        slices = List.copyOf(slices);
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
                faults.plus(other.faults),
                slicesPlus(other));
    }

    private List<ArmCounts> slicesPlus(ArmCounts other) {
        if (slices.isEmpty() || other.slices.isEmpty()) {
            return slices.isEmpty() ? other.slices : slices;
        }
        List<ArmCounts> sums = new ArrayList<>();
        for (int place = 0; place < Math.max(slices.size(), other.slices.size()); place++) {
            sums.add(slice(place).plus(other.slice(place)));
        }
        return sums;
    }

    /** What is in one slice; nothing if it was not counted. */
    public ArmCounts slice(int place) {
        return place < slices.size() ? slices.get(place) : NONE;
    }

    /** The same, told apart by slices. */
    public ArmCounts toldApart(List<ArmCounts> bySlice) {
        return new ArmCounts(requests, failures, witnessLatencyNanos, witnessCostPicoUsd, classes, faults, bySlice);
    }

    /** The same, not told apart by slices. */
    ArmCounts whole() {
        return slices.isEmpty() ? this : toldApart(List.of());
    }
}
