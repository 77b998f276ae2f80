package io.bellwether.routing;

/** What an applied command did to a rollout. */
public enum RolloutAction {
    CREATE,
    ADVANCE,
    HOLD,
    RESUME,
    PROMOTE,
    ROLL_BACK,
    ABORT
}
