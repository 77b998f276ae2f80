package io.bellwether.gateway.grpc;

import io.bellwether.gateway.call.RetryAfter;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.TreeSet;

/** gRPC statuses of the public edge; the only place that knows them. */
final class GrpcStatus {
    private static final Metadata.Key<String> REASON = key(WireNames.TRAILER_REASON);
    private static final Metadata.Key<String> PUSHBACK = key(WireNames.TRAILER_PUSHBACK);
    private static final Metadata.Key<String> REQUEST_ID = key(WireNames.METADATA_REQUEST_ID);
    private static final Metadata.Key<String> MODEL_VERSION = key(WireNames.METADATA_MODEL_VERSION);
    private static final Metadata.Key<String> ARM = key(WireNames.METADATA_ARM);
    private static final Metadata.Key<String> ROLLOUT = key(WireNames.METADATA_ROLLOUT);
    private static final Metadata.Key<String> ROUTE_VERSION = key(WireNames.METADATA_ROUTE_VERSION);

    private GrpcStatus() {}

    static StatusRuntimeException of(Refusal refusal) {
        return of(refusal, new Metadata());
    }

    static StatusRuntimeException of(Refusal refusal, Trace trace) {
        Metadata trailers = new Metadata();
        write(trace, trailers);
        return of(refusal, trailers);
    }

    static void write(Trace trace, Metadata metadata) {
        metadata.put(REQUEST_ID, trace.requestId());
        put(metadata, MODEL_VERSION, trace.version());
        put(metadata, ARM, trace.arm());
        put(metadata, ROLLOUT, trace.rolloutId());
        if (trace.isRouted()) {
            metadata.put(ROUTE_VERSION, Long.toString(trace.routeVersion()));
        }
    }

    /** Somebody asks for the health of a service that is not here. */
    static StatusRuntimeException unknownService(Set<String> known) {
        return Status.NOT_FOUND
                .withDescription("unknown service; known are " + new TreeSet<>(known) + ", where the empty name is all")
                .asRuntimeException();
    }

    private static StatusRuntimeException of(Refusal refusal, Metadata trailers) {
        Status status =
                switch (refusal.reason()) {
                    case INVALID_INPUT, TOO_LARGE -> Status.INVALID_ARGUMENT;
                    case MODEL_NOT_FOUND -> Status.NOT_FOUND;
                    case NOT_READY, QUEUE_FULL, SLO_UNATTAINABLE, WORKER_UNAVAILABLE -> Status.UNAVAILABLE;
                    case OVER_QUOTA -> Status.RESOURCE_EXHAUSTED;
                    case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
                    case LOAD_FAILED -> Status.FAILED_PRECONDITION;
                    case MODEL_FAILED, INTERNAL -> Status.INTERNAL;
                    case UNSUPPORTED -> Status.UNIMPLEMENTED;
                    case CANCELLED -> Status.CANCELLED;
                };
        trailers.put(REASON, refusal.reason().name());
        if (refusal.reason() != FailureReason.NOT_READY) {
            // Whoever meets a gateway that is leaving should go to another one at once.
            RetryAfter.of(refusal).ifPresent(later -> trailers.put(PUSHBACK, Long.toString(later.millis())));
        }
        return status.withDescription(refusal.message()).asRuntimeException(trailers);
    }

    private static void put(Metadata metadata, Metadata.Key<String> key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value);
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
