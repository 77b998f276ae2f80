package io.bellwether.monitoring.evaluation;

import java.util.List;

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
 * @param stable the candidate's own failures against those of all of the stable version, for each share at which arms were drawn
 */
public record SlotCounts(
        long slot,
        ArmCounts control,
        ArmCounts candidate,
        Assigned assigned,
        Traffic traffic,
        long exposedRequests,
        long exposedCostPicoUsd,
        List<StableTable> stable) {
    public SlotCounts {
        stable = List.copyOf(stable);
    }

    /** Where nothing is known of the stable version outside its compared arm. */
    public SlotCounts(
            long slot,
            ArmCounts control,
            ArmCounts candidate,
            Assigned assigned,
            Traffic traffic,
            long exposedRequests,
            long exposedCostPicoUsd) {
        this(slot, control, candidate, assigned, traffic, exposedRequests, exposedCostPicoUsd, List.of());
    }

    /** The same with what is known of all of the stable version. */
    public SlotCounts against(List<StableTable> tables) {
        return new SlotCounts(slot, control, candidate, assigned, traffic, exposedRequests, exposedCostPicoUsd, tables);
    }

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
