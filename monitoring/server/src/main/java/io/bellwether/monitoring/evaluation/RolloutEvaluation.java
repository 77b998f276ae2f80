package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.LogHistogram;
import java.util.List;

/**
 * Folds the complete slots of one rollout into sequential tests and says what the evidence means. One
 * evaluation lives as long as its rollout: its error budget is spent once, over all steps.
 *
 * <p>Not thread-safe; deterministic: the same slots and assessments in the same order give the same results.
 */
public final class RolloutEvaluation {
    private final RolloutPlan plan;
    private final EvaluationSettings settings;
    private final StableHistory history;
    private long lastSlot = -1;

    private RolloutEvaluation(RolloutPlan plan, EvaluationSettings settings, StableHistory history) {
        this.plan = plan;
        this.settings = settings;
        this.history = history;
    }

    /** An evaluation that has seen nothing yet. */
    public static RolloutEvaluation start(RolloutPlan plan, EvaluationSettings settings, StableHistory history) {
        return new RolloutEvaluation(plan, settings, history);
    }

    /**
     * Continues from a snapshot.
     *
     * @throws IllegalArgumentException if the snapshot was taken under another plan, other rules, or is damaged;
     *     the caller then starts anew and says so
     */
    public static RolloutEvaluation resume(RolloutPlan plan, EvaluationSettings settings, EvaluationState state) {
        if (!state.configHash().equals(plan.configHash())) {
            throw new IllegalArgumentException("evidence of rollout " + plan.rolloutId() + " was gathered under plan "
                    + state.configHash() + ", the plan now is " + plan.configHash());
        }
        return new RolloutEvaluation(plan, settings, StableHistory.UNKNOWN);
    }

    /**
     * Adds one complete slot; slots come in rising order, gaps are slots without traffic.
     *
     * @return false if the slot is not newer than the last one and was ignored
     */
    public boolean add(SlotCounts counts) {
        if (counts.slot() <= lastSlot) {
            return false;
        }
        lastSlot = counts.slot();
        return true;
    }

    /** Says what the evidence means now. Remembers when the step changed, so it belongs to the fold. */
    public Assessment assess(RolloutStatus status, long nowSlot) {
        boolean known = !history.witnessLatencyNanos().equals(LogHistogram.EMPTY);
        return new Assessment(
                nowSlot - lastSlot > settings.freshSlotsMax() ? Conclusion.BLIND : Conclusion.HOLD,
                "evaluation is not built yet" + (known ? "" : ", no history"),
                List.of(),
                new Assessment.Levels(
                        0,
                        -Math.log(plan.margins().alpha()),
                        -Math.log(plan.margins().beta())),
                List.of(),
                new Assessment.Counts(lastSlot, 0, 0, 0, 0, lastSlot - status.stepSinceSlot(), 0, 0, -1),
                plan.configHash());
    }

    /** The last slot that was added; -1 before the first. */
    public long lastSlot() {
        return lastSlot;
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        return new EvaluationState(plan.configHash(), new long[] {lastSlot}, new double[0]);
    }
}
