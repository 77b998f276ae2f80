package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.SlicePlan;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.SliceCounts;
import java.util.List;

/** Tells counts that can be evidence from those that contradict themselves. */
final class CellCheck {
    /** Bins of one distribution. */
    private static final int BINS_MAX = 100_000;

    private CellCheck() {}

    static boolean isValid(CellCounts cell) {
        return isCount(List.of(cell.getRequests(), cell.getComputedRequests(), cell.getNonfiniteRequests()))
                && cell.getNonfiniteRequests() <= cell.getComputedRequests()
                && cell.getItems() >= 0
                && cell.getExecutions() >= 0
                && cell.getDeviceNanos() >= 0
                && cell.getCostPicoUsd() >= 0
                && isCount(List.copyOf(cell.getOutcomesMap().values()))
                && isValid(cell.getLatencyNanos())
                && isValid(cell.getWitnessLatencyNanos())
                && isValid(cell.getWitnessCostPicoUsd())
                && cell.getPredictionsList().stream().allMatch(CellCheck::isValid)
                && areValid(cell.getSlicesList(), cell.getRequests())
                && arePairs(cell);
    }

    /** A slice is named once, and no slice has more than the whole cell. */
    private static boolean areValid(List<SliceCounts> slices, long requests) {
        return slices.stream().map(SliceCounts::getSlice).distinct().count() == slices.size()
                && slices.stream().allMatch(slice -> isValid(slice) && slice.getRequests() <= requests);
    }

    /** Only a shadow has pairs, and a question is counted once. */
    private static boolean arePairs(CellCounts cell) {
        List<AnsweredPairs> pairs = cell.getPairsList();
        return (pairs.isEmpty() || cell.getKey().getArm() == Arm.SHADOW)
                && pairs.stream().map(AnsweredPairs::getQuestion).distinct().count() == pairs.size()
                && pairs.stream()
                        .allMatch(one -> isCount(List.of(
                                one.getBothRight(),
                                one.getBothWrong(),
                                one.getOnlyControlWrong(),
                                one.getOnlyCandidateWrong(),
                                one.getControlLost(),
                                one.getCandidateLost(),
                                one.getBothLost())));
    }

    private static boolean isValid(SliceCounts slice) {
        return slice.getSlice() >= 0
                && slice.getSlice() < SlicePlan.NAMES_MAX
                && isCount(List.of(slice.getRequests(), slice.getFailures(), slice.getTimeouts()))
                && slice.getFailures() <= slice.getRequests()
                && slice.getTimeouts() <= slice.getFailures()
                && isValid(slice.getWitnessLatencyNanos());
    }

    private static boolean isValid(LogBuckets buckets) {
        return buckets.getIndexCount() == buckets.getCountCount()
                && buckets.getIndexList().stream().allMatch(index -> index >= 0 && index <= LogScale.INDEX_MAX)
                && isCount(buckets.getCountList());
    }

    private static boolean isValid(BinCounts bins) {
        return bins.getCountCount() <= BINS_MAX && isCount(bins.getCountList());
    }

    /** Counts are not negative, and so small that sums over processes and slots stay whole numbers. */
    private static boolean isCount(List<Long> counts) {
        return counts.stream().allMatch(count -> count >= 0 && count < 1L << 40);
    }
}
