package io.bellwether.routing;

/**
 * One step of a rollout.
 *
 * @param weightBasisPoints share of the traffic that the candidate gets, 1 to 10000; 0 only in a shadow
 * @param bakeSecondsMin shortest time in the step before monitoring may leave it upwards
 * @param requestsMin fewest requests of each compared arm in the step before monitoring may leave it upwards
 */
public record RolloutStep(int weightBasisPoints, int bakeSecondsMin, long requestsMin) {}
