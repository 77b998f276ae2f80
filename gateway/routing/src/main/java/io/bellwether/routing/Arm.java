package io.bellwether.routing;

/** The share of a model's traffic that a request belongs to. Names equal those of the telemetry contract. */
public enum Arm {
    /** The stable version, not compared. */
    STABLE_REST,
    /** The stable version, in the share that is matched to the candidate's. */
    CONTROL,
    /** The candidate, compared with {@link #CONTROL}. */
    CANDIDATE,
    /** The candidate, beyond the share that the stable version can match. */
    CANDIDATE_REST,
    /** The client named the version; never compared. */
    PINNED
}
