package io.bellwether.monitoring.evaluation;

import java.util.List;

/**
 * What the evidence says now.
 *
 * @param conclusion what should happen
 * @param reason one sentence for people
 * @param harmed guardrails that alone crossed their share of the error budget
 * @param levels the combined evidence and the levels that matter
 * @param guardrails evidence of each guardrail, in a fixed order
 * @param counts how much was seen
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
        Counts counts,
        boolean horizonPassed,
        Split split,
        String configHash) {
    public Assessment {
        harmed = List.copyOf(harmed);
        guardrails = List.copyOf(guardrails);
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
     * @param counted requests of the compared arms, whatever became of them
     */
    public record Split(double logE, double logEInvalid, Assigned counted) {}

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
     * @param forecastRequests rough number of further requests of the candidate arm until safety is shown;
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
            long forecastRequests) {}
}
