package io.bellwether.monitoring.evaluation;

/**
 * One complete slot of a rollout, summed over segments and processes.
 *
 * @param slot seconds since the epoch on the clock of the gateway's edge
 * @param control observations of the stable version's compared arm
 * @param candidate observations of the candidate's compared arm
 * @param assigned observations of both, whatever became of them
 * @param traffic all requests of the compared arms, whether they are observations or not
 * @param exposedRequests all requests that saw the candidate, compared or not
 * @param exposedCostPicoUsd what they cost
 */
public record SlotCounts(
        long slot,
        ArmCounts control,
        ArmCounts candidate,
        Assigned assigned,
        Traffic traffic,
        long exposedRequests,
        long exposedCostPicoUsd) {
    /** Where every request is an observation. */
    public SlotCounts(
            long slot,
            ArmCounts control,
            ArmCounts candidate,
            Assigned assigned,
            long exposedRequests,
            long exposedCostPicoUsd) {
        this(slot, control, candidate, assigned, new Traffic(control, candidate), exposedRequests, exposedCostPicoUsd);
    }

    /**
     * All requests of the compared arms. They tell whether there is something to see now, and how much was answered.
     *
     * @param control of the stable version's
     * @param candidate of the candidate's
     */
    public record Traffic(ArmCounts control, ArmCounts candidate) {}
}
