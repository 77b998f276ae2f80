package io.bellwether.monitoring.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * What the evidence says now.
 *
 * @param conclusion what should happen
 * @param reason one sentence for people
 * @param harmed guardrails that alone crossed their share of the error budget
 * @param levels the combined evidence and the levels that matter
 * @param guardrails evidence of each guardrail, in a fixed order
 * @param slices evidence of the declared slices; they can take a candidate back, and hold nothing up
 * @param counts how much was seen
 * @param observed how many observations there are
 * @param horizonPassed whether evidence has been awaited for as long as planned
 * @param split whether the arms get as many requests as planned
 * @param configHash of the plan
 */
public record Assessment(
        Conclusion conclusion,
        String reason,
        List<String> harmed,
        Levels levels,
        List<GuardrailEvidence> guardrails,
        List<SliceEvidence> slices,
        Counts counts,
        Observed observed,
        boolean horizonPassed,
        Split split,
        String configHash) {
    public Assessment {
        harmed = List.copyOf(harmed);
        guardrails = List.copyOf(guardrails);
        slices = List.copyOf(slices);
    }

    /** The same, with what saw the candidate as another evidence of the rollout counted it. */
    public Assessment exposedAs(Assessment other) {
        return new Assessment(
                conclusion,
                reason,
                harmed,
                levels,
                guardrails,
                slices,
                counts.exposedAs(other.counts),
                observed,
                horizonPassed,
                split,
                configHash);
    }

    /** The same with further guardrails, and those of them that are harmed. */
    Assessment with(List<GuardrailEvidence> further, List<String> furtherHarmed) {
        List<GuardrailEvidence> all = new ArrayList<>(guardrails);
        all.addAll(further);
        List<String> allHarmed = new ArrayList<>(harmed);
        allHarmed.addAll(furtherHarmed);
        return new Assessment(
                conclusion, reason, allHarmed, levels, all, slices, counts, observed, horizonPassed, split, configHash);
    }

    /** The same evidence with another conclusion, drawn from what the evaluation does not know. */
    Assessment concluding(Conclusion other, String because) {
        return new Assessment(
                other, because, harmed, levels, guardrails, slices, counts, observed, horizonPassed, split, configHash);
    }

    /**
     * The same evidence, which holds for a reason that is not in it.
     *
     * @param because why, for people
     */
    public Assessment holding(String because) {
        return concluding(Conclusion.HOLD, because);
    }

    /** Whether it rolls back because harm was shown, and not because its time is over. */
    public boolean isHarmShown() {
        return conclusion == Conclusion.ROLL_BACK && levels.logECombined() >= levels.logERollBack();
    }

    /**
     * Natural logarithms.
     *
     * @param logECombined weighted sum of the harm e-values, the greatest so far
     * @param logERollBack the level at which it rolls back: {@code ln(1/alpha)}
     * @param logEPromote the level that every guardrail's safety must reach: {@code ln(1/beta)}
     */
    public record Levels(double logECombined, double logERollBack, double logEPromote) {}

    /**
     * Evidence against the planned split of the compared arms.
     *
     * @param logE natural logarithm, the greatest so far
     * @param logEInvalid the level at which the comparison is invalid
     * @param counted observations of the compared arms, whatever became of them
     */
    public record Split(double logE, double logEInvalid, Assigned counted) {}

    /**
     * Observations of the compared arms since the rollout began.
     *
     * @param unit what one is
     * @param control of the stable version
     * @param candidate of the candidate
     */
    public record Observed(Unit unit, long control, long candidate) {
        /** In the arm that has fewer. */
        public long fewest() {
            return Math.min(control, candidate);
        }

        boolean suffices() {
            return fewest() >= unit.least();
        }
    }

    /**
     * How much was seen.
     *
     * @param slot last complete slot in the evidence; -1 before the first
     * @param controlRequests compared, since the rollout began
     * @param candidateRequests compared, since the rollout began
     * @param stepControlRequests compared, since the step began
     * @param stepCandidateRequests compared, since the step began
     * @param stepSeconds since the step began, in slots of evidence
     * @param exposedRequests all requests that saw the candidate
     * @param exposedCostPicoUsd what they cost
     * @param forecastRequests rough number of further observations of the candidate arm until safety is shown;
     *     0: shown; -1: unknown
     */
    public record Counts(
            long slot,
            long controlRequests,
            long candidateRequests,
            long stepControlRequests,
            long stepCandidateRequests,
            long stepSeconds,
            long exposedRequests,
            long exposedCostPicoUsd,
            long forecastRequests) {
        Counts exposedAs(Counts other) {
            return new Counts(
                    slot,
                    controlRequests,
                    candidateRequests,
                    stepControlRequests,
                    stepCandidateRequests,
                    stepSeconds,
                    other.exposedRequests,
                    other.exposedCostPicoUsd,
                    forecastRequests);
        }
    }
}
