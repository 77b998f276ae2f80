package io.bellwether.monitoring.evaluation;

/**
 * One complete slot of a rollout, summed over segments and processes.
 *
 * @param slot seconds since the epoch on the clock of the gateway's edge
 * @param control the stable version's compared arm
 * @param candidate the candidate's compared arm
 * @param assigned requests of both, whatever became of them
 * @param exposedRequests all requests that saw the candidate, compared or not
 * @param exposedCostPicoUsd what they cost
 */
public record SlotCounts(
        long slot,
        ArmCounts control,
        ArmCounts candidate,
        Assigned assigned,
        long exposedRequests,
        long exposedCostPicoUsd) {}
