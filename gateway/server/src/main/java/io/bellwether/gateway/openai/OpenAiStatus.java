package io.bellwether.gateway.openai;

import io.bellwether.protocol.FailureReason;

/** HTTP statuses and error types of the OpenAI API; the only place that knows them. */
final class OpenAiStatus {
    static final int OK = 200;
    static final int UNKNOWN_PATH = 404;
    static final int WRONG_METHOD = 405;

    private OpenAiStatus() {}

    static int of(FailureReason reason) {
        return switch (reason) {
            case INVALID_INPUT, TOO_LARGE, UNSUPPORTED, LOAD_FAILED -> 400;
            case MODEL_NOT_FOUND -> 404;
            case QUEUE_FULL, OVER_QUOTA, SLO_UNATTAINABLE -> 429;
            case MODEL_FAILED, INTERNAL -> 500;
            case NOT_READY, WORKER_UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            // Nobody reads it; the number is the one that proxies log for a caller that left.
            case CANCELLED -> 499;
        };
    }

    /** The kind of error in the body, by status. */
    static String type(int status) {
        return status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
    }
}
