package io.bellwether.worker.edge;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;

/**
 * Refuses what is no message as the mistake of the client; gRPC itself would answer UNKNOWN, like a fault of ours. For
 * services that take their messages by {@link MessageBytes}.
 */
final class BrokenMessages implements ServerInterceptor {
    private final Consumer<Refusal> refused;

    /**
     * @param refused told of each
     */
    BrokenMessages(Consumer<Refusal> refused) {
        this.refused = refused;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new Listener<>(call, next.startCall(call, headers));
    }

    private final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean closed;

        Listener(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (message instanceof Decoded.Refused<?> unread) {
                refuse(unread.refusal());
                return;
            }
            try {
                super.onMessage(message);
            } catch (StatusRuntimeException e) {
                // Of the parser: the service itself is not called before the client has sent everything.
                refuse(MessageCost.broken());
            }
        }

        private void refuse(Refusal refusal) {
            closed = true;
            refused.accept(refusal);
            FailureMapping.close(call, refusal);
        }

        @Override
        public void onHalfClose() {
            if (!closed) {
                super.onHalfClose();
            }
        }
    }
}
