package io.bellwether.worker.edge;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The one place of this worker that knows gRPC status codes. */
public final class FailureMapping {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private FailureMapping() {}

    /** The refusal as gRPC says it: a status with the message, and the reason as a trailer. No stack trace travels. */
    public static StatusRuntimeException toGrpc(Refusal refusal) {
        Metadata trailers = new Metadata();
        trailers.put(REASON, refusal.reason().name());
        return status(refusal.reason()).withDescription(refusal.message()).asRuntimeException(trailers);
    }

    /** Ends a call with the refusal. */
    static void close(ServerCall<?, ?> call, Refusal refusal) {
        StatusRuntimeException failure = toGrpc(refusal);
        call.close(failure.getStatus(), failure.getTrailers());
    }

    private static Status status(FailureReason reason) {
        return switch (reason) {
            case INVALID_INPUT, TOO_LARGE -> Status.INVALID_ARGUMENT;
            case MODEL_NOT_FOUND -> Status.NOT_FOUND;
            case NOT_READY, QUEUE_FULL, SLO_UNATTAINABLE, WORKER_UNAVAILABLE -> Status.UNAVAILABLE;
            case OVER_QUOTA -> Status.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.CANCELLED;
            case LOAD_FAILED -> Status.FAILED_PRECONDITION;
            case MODEL_FAILED, INTERNAL -> Status.INTERNAL;
            case UNSUPPORTED -> Status.UNIMPLEMENTED;
        };
    }
}
