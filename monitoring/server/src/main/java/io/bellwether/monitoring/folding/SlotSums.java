package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.AnswerPairs;
import io.bellwether.monitoring.evaluation.ArmCounts;
import io.bellwether.monitoring.evaluation.Assigned;
import io.bellwether.monitoring.evaluation.FaultCounts;
import io.bellwether.monitoring.evaluation.ModelCounts;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.ToldOutcomes;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.telemetry.ToldScale;
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.SliceCounts;
import io.bellwether.telemetry.events.ToldNumbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Sums over the cells of one slot: addition of counts, whatever their order. */
public final class SlotSums {
    static final String OK = "ok";
    static final String MODEL_ERROR = "model_error";
    static final String INVALID = "invalid";
    private static final String TIMEOUT = "timeout";
    private static final String UNAVAILABLE = "unavailable";
    private static final List<String> FAILURES = List.of(MODEL_ERROR, TIMEOUT, UNAVAILABLE);

    /** Of requests that no memory of clients looked at; they speak for nobody. */
    static final long NO_MEMORY = 0;

    private SlotSums() {}

    private record ComparedArm(String rolloutId, Arm arm, String version) {}

    /**
     * True unless only one side has counted a compared arm: a gateway that got answers where no worker has computed, or
     * a worker that computed where no gateway has asked.
     */
    static boolean bothSidesCounted(Collection<CellCounts> cells) {
        return allComputed(cells)
                && arms(cells, cell -> cell.getRequests() > 0).containsAll(arms(cells, cell -> cell.getItems() > 0));
    }

    /** True when a worker has computed in each compared arm that got answers. */
    static boolean allComputed(Collection<CellCounts> cells) {
        return arms(cells, cell -> cell.getItems() > 0)
                .containsAll(arms(cells, cell -> cell.getOutcomesOrDefault(OK, 0) > 0));
    }

    /**
     * True when workers have settled exactly the requests that gateways got answered, in each arm and version, and no
     * request ended otherwise than with outputs, with the model's own failure, or before a worker took it on.
     */
    static boolean allSettled(Collection<CellCounts> cells) {
        Map<ComparedArm, Long> owed = new HashMap<>();
        for (CellCounts cell : cells) {
            if (cell.getOutcomesOrDefault(TIMEOUT, 0) > 0 || cell.getOutcomesOrDefault(UNAVAILABLE, 0) > 0) {
                return false;
            }
            owed.merge(
                    arm(cell.getKey()),
                    cell.getOutcomesOrDefault(OK, 0)
                            + cell.getOutcomesOrDefault(MODEL_ERROR, 0)
                            - cell.getSettledRequests(),
                    Long::sum);
        }
        return owed.values().stream().allMatch(requests -> requests == 0);
    }

    private static ComparedArm arm(CellKey key) {
        return new ComparedArm(key.getRolloutId(), key.getArm(), key.getVersion());
    }

    private static Set<ComparedArm> arms(Collection<CellCounts> cells, Predicate<CellCounts> which) {
        return cells.stream()
                .filter(cell -> isCompared(cell.getKey()) && which.test(cell))
                .map(cell -> arm(cell.getKey()))
                .collect(Collectors.toSet());
    }

    /** What a slot says about one rollout: whole counts are compared, and whatever saw the candidate was exposed. */
    public static SlotCounts ofRollout(ClosedSlot slot, String rolloutId) {
        Compared all = compared(slot, rolloutId, key -> true);
        return counts(slot, rolloutId, all, all).against(StableSums.ofRollout(slot, rolloutId));
    }

    /** The same where the split is by client, as one memory of clients sees it: their first requests are observations. */
    public static SlotCounts ofClients(ClosedSlot slot, String rolloutId, long memory) {
        Predicate<CellKey> looked = key -> key.getClientMemory() == memory;
        return counts(
                slot, rolloutId, compared(slot, rolloutId, firstOfClients(memory)), compared(slot, rolloutId, looked));
    }

    /** Cells of first requests of clients, as one memory of clients saw them. */
    static Predicate<CellKey> firstOfClients(long memory) {
        return key -> memory != NO_MEMORY && key.getClientMemory() == memory && key.getFirstOfClient();
    }

    /** The memories of clients that looked at compared requests of a rollout, those that looked at most of them first. */
    public static List<Long> clientMemories(ClosedSlot slot, String rolloutId) {
        Map<Long, Long> requests = new TreeMap<>();
        for (CellCounts cell : slot.whole()) {
            CellKey key = cell.getKey();
            if (isCompared(key)
                    && key.getRolloutId().equals(rolloutId)
                    && key.getClientMemory() != NO_MEMORY
                    && cell.getRequests() > 0) {
                requests.merge(key.getClientMemory(), cell.getRequests(), Long::sum);
            }
        }
        return requests.entrySet().stream()
                .sorted(Map.Entry.<Long, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Both compared arms. */
    private record Compared(ArmCounts control, ArmCounts candidate, Assigned assigned) {}

    private static Compared compared(ClosedSlot slot, String rolloutId, Predicate<CellKey> which) {
        ArmCounts control = ArmCounts.NONE;
        ArmCounts candidate = ArmCounts.NONE;
        long toControl = 0;
        long toCandidate = 0;
        for (CellCounts cell : slot.whole()) {
            if (cell.getKey().getRolloutId().equals(rolloutId) && which.test(cell.getKey())) {
                switch (cell.getKey().getArm()) {
                    case CONTROL -> {
                        control = control.plus(arm(cell));
                        toControl += cell.getRequests();
                    }
                    case CANDIDATE -> {
                        candidate = candidate.plus(arm(cell));
                        toCandidate += cell.getRequests();
                    }
                    default -> {
                        // Beyond the matched share nothing is compared.
                    }
                }
            }
        }
        return new Compared(control, candidate, new Assigned(toControl, toCandidate));
    }

    private static SlotCounts counts(ClosedSlot slot, String rolloutId, Compared observed, Compared all) {
        long exposedRequests = 0;
        long exposedCostPicoUsd = 0;
        for (CellCounts cell : slot.cells()) {
            Arm arm = cell.getKey().getArm();
            if (cell.getKey().getRolloutId().equals(rolloutId) && (arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST)) {
                exposedRequests += cell.getRequests();
                exposedCostPicoUsd += cell.getCostPicoUsd();
            }
        }
        return new SlotCounts(
                slot.slot(),
                observed.control(),
                observed.candidate(),
                observed.assigned(),
                new SlotCounts.Traffic(all.control(), all.candidate()),
                exposedRequests,
                exposedCostPicoUsd);
    }

    /** All requests of the model in a slot that say something about a version, pinned ones too, whole or not. */
    public static ModelCounts ofModel(ClosedSlot slot) {
        long requests = 0;
        long failures = 0;
        for (CellCounts cell : slot.cells()) {
            long failed = failures(cell);
            failures += failed;
            requests += failed + cell.getOutcomesOrDefault(OK, 0);
        }
        return new ModelCounts(requests, failures);
    }

    private static long failures(CellCounts cell) {
        long failures = 0;
        for (String outcome : FAILURES) {
            failures += cell.getOutcomesOrDefault(outcome, 0);
        }
        return failures;
    }

    /** What was told in a slot of one outcome of a rollout. */
    public static ToldOutcomes told(ClosedSlot slot, String rolloutId, String name) {
        List<Double> control = new ArrayList<>();
        List<Double> candidate = new ArrayList<>();
        long beyond = 0;
        for (CellCounts cell : slot.whole()) {
            if (cell.getKey().getRolloutId().equals(rolloutId)) {
                for (ToldNumbers numbers : cell.getNumbersList()) {
                    if (numbers.getName().equals(name)) {
                        places(numbers, cell.getKey().getArm() == Arm.CANDIDATE ? candidate : control);
                        beyond += numbers.getBeyond();
                    }
                }
            }
        }
        return new ToldOutcomes(control, candidate, beyond);
    }

    private static void places(ToldNumbers numbers, List<Double> into) {
        for (int i = 0; i < numbers.getStepCount(); i++) {
            double place = (double) numbers.getStep(i) / ToldScale.STEPS;
            for (long left = numbers.getCount(i); left > 0; left--) {
                into.add(place);
            }
        }
    }

    /** What a slot says about a shadow: the pairs of one question. */
    public static AnswerPairs pairs(ClosedSlot slot, String rolloutId, String question) {
        AnswerPairs sum = AnswerPairs.NONE;
        for (CellCounts cell : slot.whole()) {
            if (cell.getKey().getRolloutId().equals(rolloutId)) {
                for (AnsweredPairs one : cell.getPairsList()) {
                    sum = one.getQuestion().equals(question) ? sum.plus(pairs(one)) : sum;
                }
            }
        }
        return sum;
    }

    private static AnswerPairs pairs(AnsweredPairs counted) {
        return new AnswerPairs(
                counted.getBothRight(),
                counted.getBothWrong(),
                counted.getOnlyControlWrong(),
                counted.getOnlyCandidateWrong(),
                new AnswerPairs.Lost(counted.getControlLost(), counted.getCandidateLost(), counted.getBothLost()));
    }

    static LogHistogram histogram(LogBuckets buckets) {
        return LogHistogram.of(
                buckets.getIndexList().stream().mapToInt(Integer::intValue).toArray(),
                buckets.getCountList().stream().mapToLong(Long::longValue).toArray());
    }

    private static boolean isCompared(CellKey key) {
        return !key.getRolloutId().isEmpty() && (key.getArm() == Arm.CONTROL || key.getArm() == Arm.CANDIDATE);
    }

    private static ArmCounts arm(CellCounts cell) {
        long failures = failures(cell);
        return new ArmCounts(
                failures + cell.getOutcomesOrDefault(OK, 0),
                failures,
                histogram(cell.getWitnessLatencyNanos()),
                histogram(cell.getWitnessCostPicoUsd()),
                classes(cell.getPredictionsList()),
                new FaultCounts(
                        cell.getOutcomesOrDefault(TIMEOUT, 0), cell.getComputedRequests(), cell.getNonfiniteRequests()),
                slices(cell.getSlicesList()));
    }

    private static List<ArmCounts> slices(List<SliceCounts> counted) {
        List<ArmCounts> slices = new ArrayList<>();
        for (SliceCounts slice : counted) {
            while (slices.size() <= slice.getSlice()) {
                slices.add(ArmCounts.NONE);
            }
            slices.set(
                    slice.getSlice(),
                    new ArmCounts(
                            slice.getRequests(),
                            slice.getFailures(),
                            histogram(slice.getWitnessLatencyNanos()),
                            LogHistogram.EMPTY,
                            ClassCounts.NONE,
                            new FaultCounts(slice.getTimeouts(), 0, 0)));
        }
        return slices;
    }

    /** A model predicts one thing; of several named distributions the first by name is judged. */
    private static ClassCounts classes(List<BinCounts> predictions) {
        return predictions.stream()
                .min(Comparator.comparing(BinCounts::getName))
                .map(bins -> ClassCounts.of(
                        bins.getCountList().stream().mapToLong(Long::longValue).toArray()))
                .orElse(ClassCounts.NONE);
    }
}
