package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.ScoreCounts;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import java.util.function.Predicate;

/**
 * The scores of both compared arms in one slot.
 *
 * @param control of the stable version's answers
 * @param candidate of the candidate's
 */
public record ScoreSums(ScoreCounts control, ScoreCounts candidate) {

    /** Of all requests of a rollout. */
    public static ScoreSums ofRollout(ClosedSlot slot, String rolloutId) {
        return sum(slot, rolloutId, key -> true);
    }

    /** Of the first requests of the clients of one memory. */
    public static ScoreSums ofClients(ClosedSlot slot, String rolloutId, long memory) {
        return sum(slot, rolloutId, SlotSums.firstOfClients(memory));
    }

    private static ScoreSums sum(ClosedSlot slot, String rolloutId, Predicate<CellKey> which) {
        ScoreCounts control = ScoreCounts.NONE;
        ScoreCounts candidate = ScoreCounts.NONE;
        for (CellCounts cell : slot.whole()) {
            CellKey key = cell.getKey();
            if (cell.hasScores() && key.getRolloutId().equals(rolloutId) && which.test(key)) {
                control = key.getArm() == Arm.CONTROL ? control.plus(counts(cell.getScores())) : control;
                candidate = key.getArm() == Arm.CANDIDATE ? candidate.plus(counts(cell.getScores())) : candidate;
            }
        }
        return new ScoreSums(control, candidate);
    }

    private static ScoreCounts counts(BinCounts bins) {
        return new ScoreCounts(
                bins.getName(),
                bins.getCountList().stream().mapToLong(Long::longValue).toArray());
    }
}
