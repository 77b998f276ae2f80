package io.bellwether.benchmark.judge;

/** How a judge ends a rollout. */
public enum Verdict {
    ROLL_BACK,
    PROMOTE,
    /** It leaves the candidate where it is: a person has to decide. */
    HOLD
}
