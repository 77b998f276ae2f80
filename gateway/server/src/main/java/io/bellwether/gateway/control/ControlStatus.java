package io.bellwether.gateway.control;

/** HTTP statuses of the control API; the only place that knows them. */
final class ControlStatus {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int ACCEPTED = 202;

    private ControlStatus() {}

    static int of(WriteResult.Reason reason) {
        return switch (reason) {
            case INVALID_INPUT, TOO_LARGE -> 400;
            case NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case CONFLICT -> 409;
            case TOO_MANY_REQUESTS -> 429;
            case INTERNAL -> 500;
            case CONTROL_LOG_UNAVAILABLE -> 503;
        };
    }
}
