package io.bellwether.routing.outlier;

/** Whether a member gets requests. */
public enum Standing {
    /** As many as any other. */
    IN,
    /** None. */
    OUT,
    /** One at a time, until they show whether it is well again. */
    ON_TRIAL
}
