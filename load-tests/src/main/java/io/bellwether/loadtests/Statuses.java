package io.bellwether.loadtests;

import io.grpc.Status;

/** What a status of HTTP or gRPC means when the server gave no reason. The only place that knows them. */
final class Statuses {
    private Statuses() {}

    static Outcome ofHttp(int status) {
        if (status == 200) {
            return Outcome.OK;
        }
        if (status == 503) {
            return Outcome.UNAVAILABLE;
        }
        if (status == 504) {
            return Outcome.TIMEOUT;
        }
        boolean callersMistake = (status >= 400 && status < 500) || status == 501;
        return callersMistake ? Outcome.INVALID : Outcome.MODEL_ERROR;
    }

    static Outcome ofGrpc(Status.Code code) {
        return switch (code) {
            case OK -> Outcome.OK;
            case DEADLINE_EXCEEDED, CANCELLED -> Outcome.TIMEOUT;
            case UNAVAILABLE -> Outcome.UNAVAILABLE;
            case RESOURCE_EXHAUSTED -> Outcome.REFUSED;
            case INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED -> Outcome.INVALID;
            case UNKNOWN, INTERNAL, ABORTED, DATA_LOSS -> Outcome.MODEL_ERROR;
        };
    }
}
