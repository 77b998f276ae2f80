package io.bellwether.routing;

import io.bellwether.controlapi.log.Step;

/**
 * One step of a rollout.
 *
 * @param weightBasisPoints share of the traffic that the candidate gets, 1 to 10000; 0 only in a shadow
 * @param bakeSecondsMin shortest time in the step before monitoring may leave it upwards
 * @param requestsMin fewest requests of each compared arm in the step before monitoring may leave it upwards
 * @param gated whether only a person may leave it upwards, whatever the evidence
 */
public record RolloutStep(int weightBasisPoints, int bakeSecondsMin, long requestsMin, boolean gated) {
    /** As the control log has it; a gate of a newer program, which no check lets in, counts as shut. */
    static RolloutStep of(Step step) {
        return new RolloutStep(
                step.getWeightBasisPoints(),
                step.getBakeSecondsMin(),
                step.getRequestsMin(),
                step.getGate() != Step.Gate.OPEN);
    }

    /** As the control log has it. */
    Step toMessage() {
        return Step.newBuilder()
                .setWeightBasisPoints(weightBasisPoints)
                .setBakeSecondsMin(bakeSecondsMin)
                .setRequestsMin(requestsMin)
                .setGate(gated ? Step.Gate.MANUAL : Step.Gate.OPEN)
                .build();
    }
}
