package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.ArmCounts;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sums over the cells of one slot: addition of counts, whatever their order. */
public final class SlotSums {
    private static final List<String> FAILURES = List.of("model_error", "timeout", "unavailable");

    private SlotSums() {}

    private record ComparedArm(String rolloutId, Arm arm) {}

    /**
     * True unless only one side has counted a compared arm: a gateway that got answers where no worker has computed, or
     * a worker that computed where no gateway has asked.
     */
    static boolean bothSidesCounted(Collection<CellCounts> cells) {
        Set<ComparedArm> answered = new HashSet<>();
        Set<ComparedArm> asked = new HashSet<>();
        Set<ComparedArm> computed = new HashSet<>();
        for (CellCounts cell : cells) {
            CellKey key = cell.getKey();
            if (isCompared(key)) {
                ComparedArm arm = new ComparedArm(key.getRolloutId(), key.getArm());
                if (cell.getRequests() > 0) {
                    asked.add(arm);
                }
                if (cell.getOutcomesOrDefault("ok", 0) > 0) {
                    answered.add(arm);
                }
                if (cell.getItems() > 0) {
                    computed.add(arm);
                }
            }
        }
        return computed.containsAll(answered) && asked.containsAll(computed);
    }

    /** What a slot says about one rollout. */
    public static SlotCounts ofRollout(ClosedSlot slot, String rolloutId) {
        ArmCounts control = ArmCounts.NONE;
        ArmCounts candidate = ArmCounts.NONE;
        long exposedRequests = 0;
        long exposedCostPicoUsd = 0;
        for (CellCounts cell : slot.cells()) {
            if (!cell.getKey().getRolloutId().equals(rolloutId)) {
                continue;
            }
            Arm arm = cell.getKey().getArm();
            if (arm == Arm.CONTROL) {
                control = control.plus(arm(cell));
            } else if (arm == Arm.CANDIDATE) {
                candidate = candidate.plus(arm(cell));
            }
            if (arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST) {
                exposedRequests += cell.getRequests();
                exposedCostPicoUsd += cell.getCostPicoUsd();
            }
        }
        return new SlotCounts(slot.slot(), control, candidate, exposedRequests, exposedCostPicoUsd);
    }

    /** A slot in which nothing happened. */
    public static SlotCounts nothing(long slot) {
        return new SlotCounts(slot, ArmCounts.NONE, ArmCounts.NONE, 0, 0);
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
        long failures = 0;
        for (String outcome : FAILURES) {
            failures += cell.getOutcomesOrDefault(outcome, 0);
        }
        return new ArmCounts(
                failures + cell.getOutcomesOrDefault("ok", 0),
                failures,
                histogram(cell.getWitnessLatencyNanos()),
                histogram(cell.getWitnessCostPicoUsd()),
                classes(cell.getPredictionsList()));
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
