package io.bellwether.monitoring.evaluation;

/**
 * Where a rollout stands, from the fold of the control log.
 *
 * @param step index of the current step, from 0
 * @param held a person holds it: nothing advances
 * @param version state version of the rollout
 * @param stepSinceSlot slot in which the current step began
 */
public record RolloutStatus(int step, boolean held, long version, long stepSinceSlot) {}
