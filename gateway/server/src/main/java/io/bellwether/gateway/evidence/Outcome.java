package io.bellwether.gateway.evidence;

import io.bellwether.protocol.FailureReason;
import java.util.Locale;

/** How a request ended, as telemetry and metrics name it. */
public enum Outcome {
    OK,
    MODEL_ERROR,
    TIMEOUT,
    UNAVAILABLE,
    REFUSED,
    INVALID;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Key in telemetry, value of the metric label. */
    public String label() {
        return label;
    }

    /** Whether it says something about the version that was asked; refused and invalid requests do not. */
    public boolean isEvidence() {
        return this != REFUSED && this != INVALID;
    }

    /**
     * The outcome of a failure. A version that is too slow for a deadline says so in advance: a timeout like one that
     * tried. A fault of ours counts as unavailable. A caller that leaves before the answer counts as
     * a timeout: callers have time limits of their own, and a candidate that outlasts them fails these callers. Callers
     * who leave for other reasons leave both compared arms alike.
     */
    public static Outcome of(FailureReason reason) {
        return switch (reason) {
            case MODEL_FAILED -> MODEL_ERROR;
            case DEADLINE_EXCEEDED, SLO_UNATTAINABLE, CANCELLED -> TIMEOUT;
            case NOT_READY, LOAD_FAILED, WORKER_UNAVAILABLE, INTERNAL -> UNAVAILABLE;
            case QUEUE_FULL, OVER_QUOTA -> REFUSED;
            case INVALID_INPUT, TOO_LARGE, MODEL_NOT_FOUND, UNSUPPORTED -> INVALID;
        };
    }
}
