package io.bellwether.monitoring.evaluation;

/**
 * One step of a rollout.
 *
 * @param weightBasisPoints share of the traffic that the candidate gets, of 10,000
 * @param bakeSecondsMin shortest time in this step before the next
 * @param requestsMin fewest compared requests of each arm in this step before the next
 */
public record PlannedStep(int weightBasisPoints, int bakeSecondsMin, long requestsMin) {
    public PlannedStep {
        if (weightBasisPoints < 0 || weightBasisPoints > 10_000) {
            throw new IllegalArgumentException("weight is a share of 10000, got " + weightBasisPoints);
        }
        if (bakeSecondsMin < 0 || requestsMin < 0) {
            throw new IllegalArgumentException(
                    "minima are not negative, got " + bakeSecondsMin + " seconds and " + requestsMin + " requests");
        }
    }
}
