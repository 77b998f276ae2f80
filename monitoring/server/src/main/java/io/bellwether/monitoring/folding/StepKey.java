package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.state.StepNote;

/**
 * Which step somebody says something about: the next one of a rollout in a state.
 *
 * @param rolloutId of the rollout
 * @param arm version of the arm of an A/B/n; empty: the only candidate
 * @param rolloutVersion state version
 */
public record StepKey(String rolloutId, String arm, long rolloutVersion) {
    boolean isOf(StepNote note) {
        return note.getRolloutId().equals(rolloutId)
                && note.getArm().equals(arm)
                && note.getRolloutVersion() == rolloutVersion;
    }
}
