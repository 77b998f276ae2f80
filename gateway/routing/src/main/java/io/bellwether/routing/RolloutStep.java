package io.bellwether.routing;

import io.bellwether.controlapi.log.Step;

/**
 * One step of a rollout.
 *
 * @param weightBasisPoints share of the traffic that the candidate gets, 1 to 10000; 0 only in a shadow
 * @param bakeSecondsMin shortest time in the step before monitoring may leave it upwards
 * @param requestsMin fewest requests of each compared arm in the step before monitoring may leave it upwards
 */
public record RolloutStep(int weightBasisPoints, int bakeSecondsMin, long requestsMin) {
    /** As the control log has it. */
    static RolloutStep of(Step step) {
        return new RolloutStep(step.getWeightBasisPoints(), step.getBakeSecondsMin(), step.getRequestsMin());
    }
}
