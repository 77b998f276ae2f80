package io.bellwether.gateway.grpc;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.ExceptionHandler;
import io.quarkus.grpc.ExceptionHandlerProvider;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Answers a fault of ours, which must not happen. Without it the framework would tell the client its class and message. */
@ApplicationScoped
public class GrpcFaults implements ExceptionHandlerProvider {
    private static final Logger LOG = Logger.getLogger(GrpcFaults.class);
    private static final Refusal FAULT =
            new Refusal(FailureReason.INTERNAL, "the gateway could not answer because of a fault of its own");

    @Override
    public <Q, A> ExceptionHandler<Q, A> createHandler(
            ServerCall.Listener<Q> listener, ServerCall<Q, A> call, Metadata headers) {
        return new ExceptionHandler<>(listener, call, headers) {
            @Override
            protected void handleException(Throwable fault, ServerCall<Q, A> failed, Metadata metadata) {
                LOG.error("reason=INTERNAL a call failed in the gRPC edge", fault);
                StatusRuntimeException status = GrpcStatus.of(FAULT);
                failed.close(status.getStatus(), status.getTrailers());
            }
        };
    }

    /** What the service itself gives as its answer is one already. */
    @Override
    public Throwable transform(Throwable failure) {
        return failure instanceof StatusRuntimeException ? failure : GrpcStatus.of(FAULT);
    }
}
