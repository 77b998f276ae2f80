package io.bellwether.gateway.evidence;

import io.bellwether.protocol.FailureReason;
import java.util.Locale;
import java.util.Optional;

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

    /** The outcome of a failure; empty if nobody was answered. A fault of ours counts as unavailable. */
    public static Optional<Outcome> of(FailureReason reason) {
        return switch (reason) {
            case MODEL_FAILED -> Optional.of(MODEL_ERROR);
            case DEADLINE_EXCEEDED -> Optional.of(TIMEOUT);
            case NOT_READY, WORKER_UNAVAILABLE, INTERNAL -> Optional.of(UNAVAILABLE);
            case QUEUE_FULL -> Optional.of(REFUSED);
            case INVALID_INPUT, TOO_LARGE, MODEL_NOT_FOUND, UNSUPPORTED -> Optional.of(INVALID);
            case CANCELLED -> Optional.empty();
        };
    }
}
