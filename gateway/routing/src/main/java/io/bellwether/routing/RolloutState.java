package io.bellwether.routing;

/** Name of a rollout's state, as the control API shows it. */
public enum RolloutState {
    /** The candidate gets the weight of the current step, and may go on. */
    RUNNING,
    /** The candidate keeps its weight and may not go on by itself. */
    HELD,
    /** Ended: the candidate has become the stable version. */
    PROMOTED,
    /** Ended: evidence of harm took the candidate back. */
    ROLLED_BACK,
    /** Ended: a person took the candidate back. */
    ABORTED;

    /** True when no command can change the rollout any more. */
    public boolean ended() {
        return this != RUNNING && this != HELD;
    }
}
