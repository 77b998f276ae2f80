package io.bellwether.gateway.rest;

import io.bellwether.protocol.FailureReason;

/** HTTP statuses of the REST edge; the only place that knows them. */
final class RestStatus {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int UNKNOWN_PATH = 404;
    static final int WRONG_METHOD = 405;
    static final int NOT_READY = 503;

    private RestStatus() {}

    static int of(FailureReason reason) {
        return switch (reason) {
            case INVALID_INPUT, TOO_LARGE -> 400;
            case MODEL_NOT_FOUND -> 404;
            case NOT_READY, QUEUE_FULL, SLO_UNATTAINABLE, WORKER_UNAVAILABLE -> 503;
            case OVER_QUOTA -> 429;
            case DEADLINE_EXCEEDED -> 504;
            // The model's files are at fault, and sending it again cannot help.
            case LOAD_FAILED -> 400;
            case MODEL_FAILED, INTERNAL -> 500;
            case UNSUPPORTED -> 501;
            // Nobody reads it; the number is the one that proxies log for a caller that left.
            case CANCELLED -> 499;
        };
    }
}
