package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;

/**
 * How much was seen since the rollout began and since its step began, observations or not. A request counts for the step if its
 * slot is one of the step's and was added after the step was known; slots in flight when a step begins are
 * left out rather than counted early. Before the first step there is nothing to leave out.
 */
final class Totals {
    private long controlUnits;
    private long candidateUnits;
    private long controlRequests;
    private long candidateRequests;
    private long exposedRequests;
    private long exposedCostPicoUsd;
    private long step = -1;
    private long stepSinceSlot = -1;
    private long controlBeforeStep;
    private long candidateBeforeStep;

    void add(SlotCounts counts) {
        long fromControl = counts.traffic().control().requests();
        long fromCandidate = counts.traffic().candidate().requests();
        controlUnits += counts.control().requests();
        candidateUnits += counts.candidate().requests();
        controlRequests += fromControl;
        candidateRequests += fromCandidate;
        exposedRequests += counts.exposedRequests();
        exposedCostPicoUsd += counts.exposedCostPicoUsd();
        if (counts.slot() < stepSinceSlot) {
            controlBeforeStep += fromControl;
            candidateBeforeStep += fromCandidate;
        }
    }

    /** Notes where the rollout stands; if it moved, everything so far belongs to earlier steps. */
    void note(RolloutStatus status) {
        if (status.step() != step || status.stepSinceSlot() != stepSinceSlot) {
            boolean firstStep = step < 0 && status.step() == 0;
            step = status.step();
            stepSinceSlot = status.stepSinceSlot();
            controlBeforeStep = firstStep ? 0 : controlRequests;
            candidateBeforeStep = firstStep ? 0 : candidateRequests;
        }
    }

    /** Observations since the rollout began. */
    Assessment.Observed observed(Unit unit) {
        return new Assessment.Observed(unit, controlUnits, candidateUnits);
    }

    Assessment.Counts counts(long lastSlot, long forecastRequests) {
        return new Assessment.Counts(
                lastSlot,
                controlRequests,
                candidateRequests,
                controlRequests - controlBeforeStep,
                candidateRequests - candidateBeforeStep,
                Math.max(0, lastSlot - stepSinceSlot),
                exposedRequests,
                exposedCostPicoUsd,
                forecastRequests);
    }

    void write(StateWriter out) {
        out.writeLong(controlUnits);
        out.writeLong(candidateUnits);
        out.writeLong(controlRequests);
        out.writeLong(candidateRequests);
        out.writeLong(exposedRequests);
        out.writeLong(exposedCostPicoUsd);
        out.writeLong(step);
        out.writeLong(stepSinceSlot);
        out.writeLong(controlBeforeStep);
        out.writeLong(candidateBeforeStep);
    }

    void read(StateReader in) {
        controlUnits = in.readLong();
        candidateUnits = in.readLong();
        controlRequests = in.readLong();
        candidateRequests = in.readLong();
        exposedRequests = in.readLong();
        exposedCostPicoUsd = in.readLong();
        step = in.readLong();
        stepSinceSlot = in.readLong();
        controlBeforeStep = in.readLong();
        candidateBeforeStep = in.readLong();
    }
}
