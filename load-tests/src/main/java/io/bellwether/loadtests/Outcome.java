package io.bellwether.loadtests;

import io.bellwether.protocol.FailureReason;
import java.util.Locale;

/** How a request ended, as the client sees it. All but {@link #OK} are failures of the run. */
enum Outcome {
    OK,
    /** The model failed on this input, or the server had a fault. */
    MODEL_ERROR,
    /** No answer within the deadline. */
    TIMEOUT,
    /** No worker, or not ready. */
    UNAVAILABLE,
    /** Turned away because there was too much to do, or over a quota. */
    REFUSED,
    /** The server says that the request is wrong. */
    INVALID,
    /** No connection, or it broke. */
    TRANSPORT,
    /** Not sent, because as many requests as allowed were still unanswered. The schedule does not wait for them. */
    OVERRUN;

    /** As written in results: {@code model_error}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The outcome for a reason that the server sent; {@code otherwise} when it is none that we know. */
    static Outcome of(String reason, Outcome otherwise) {
        for (FailureReason known : FailureReason.values()) {
            if (known.name().equals(reason)) {
                return of(known);
            }
        }
        return otherwise;
    }

    private static Outcome of(FailureReason reason) {
        return switch (reason) {
            case INVALID_INPUT, TOO_LARGE, MODEL_NOT_FOUND, UNSUPPORTED -> INVALID;
            case NOT_READY, LOAD_FAILED, WORKER_UNAVAILABLE -> UNAVAILABLE;
            case QUEUE_FULL, OVER_QUOTA, SLO_UNATTAINABLE -> REFUSED;
            case DEADLINE_EXCEEDED, CANCELLED -> TIMEOUT;
            case MODEL_FAILED, INTERNAL -> MODEL_ERROR;
        };
    }
}
