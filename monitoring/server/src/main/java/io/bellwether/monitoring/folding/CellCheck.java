package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.SlicePlan;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.ToldScale;
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.EmbeddingSample;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.SliceCounts;
import io.bellwether.telemetry.events.ToldNumbers;
import java.util.List;

/** Tells counts that can be evidence from those that contradict themselves. */
final class CellCheck {
    /** Bins of one distribution. */
    private static final int BINS_MAX = 100_000;

    /** Names of numbers of one cell. */
    private static final int NAMES_MAX = 4;

    /** Numbers of one name in one cell, which are looked at one by one. */
    private static final int NUMBERS_MAX = 100_000;

    /** Bytes of all sketches of embeddings of one cell, whichever sketch it is. */
    private static final int SKETCH_BYTES_MAX = 4_096;

    private static final int DIMENSIONS_MAX = 1 << 24;

    private CellCheck() {}

    static boolean isValid(CellCounts cell) {
        return isCount(List.of(
                        cell.getRequests(),
                        cell.getComputedRequests(),
                        cell.getNonfiniteRequests(),
                        cell.getSettledRequests(),
                        cell.getTurnedAway()))
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
                && isValid(cell.getScores())
                && areEmbeddings(cell)
                && areValid(cell.getSlicesList(), cell.getRequests() + cell.getTurnedAway())
                && arePairs(cell)
                && areNumbers(cell);
    }

    /** A slice is named once, and no slice has more than the whole cell. */
    private static boolean areValid(List<SliceCounts> slices, long requests) {
        return slices.stream().map(SliceCounts::getSlice).distinct().count() == slices.size()
                && slices.stream()
                        .allMatch(slice -> isValid(slice) && slice.getRequests() + slice.getRefused() <= requests);
    }

    /** Only compared arms are told of, and a name comes once with each of its steps. */
    private static boolean areNumbers(CellCounts cell) {
        List<ToldNumbers> numbers = cell.getNumbersList();
        return (numbers.isEmpty() || isCompared(cell))
                && numbers.size() <= NAMES_MAX
                && numbers.stream().map(ToldNumbers::getName).distinct().count() == numbers.size()
                && numbers.stream()
                        .allMatch(one -> one.getStepCount() == one.getCountCount()
                                && one.getStepList().stream().distinct().count() == one.getStepCount()
                                && one.getStepList().stream().allMatch(step -> step >= 0 && step <= ToldScale.STEPS)
                                && one.getBeyond() >= 0
                                && one.getCountList().stream().allMatch(count -> count >= 0)
                                && one.getCountList().stream()
                                                .mapToLong(count -> Math.min(count, NUMBERS_MAX + 1L))
                                                .sum()
                                        <= NUMBERS_MAX);
    }

    /** Only compared arms tell of embeddings, of no more than they computed, and no more than they saw. */
    private static boolean areEmbeddings(CellCounts cell) {
        if (!cell.hasEmbeddings()) {
            return true;
        }
        EmbeddingSample sample = cell.getEmbeddings();
        int bytes = sample.getRows().size();
        boolean known = sample.getSketch().equals(EmbeddingSketch.NAME);
        return isCompared(cell)
                && sample.getDimensions() > 0
                && sample.getDimensions() <= DIMENSIONS_MAX
                && sample.getSeen() > 0
                && sample.getSeen() <= cell.getComputedRequests()
                && bytes <= SKETCH_BYTES_MAX
                && (!known
                        || (bytes % EmbeddingSketch.BYTES == 0 && bytes / EmbeddingSketch.BYTES <= sample.getSeen()));
    }

    private static boolean isCompared(CellCounts cell) {
        return cell.getKey().getArm() == Arm.CONTROL || cell.getKey().getArm() == Arm.CANDIDATE;
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
                && isCount(List.of(
                        slice.getRequests(),
                        slice.getFailures(),
                        slice.getTimeouts(),
                        slice.getModelErrors(),
                        slice.getRefused()))
                && slice.getFailures() <= slice.getRequests()
                && slice.getTimeouts() + slice.getModelErrors() <= slice.getFailures()
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
