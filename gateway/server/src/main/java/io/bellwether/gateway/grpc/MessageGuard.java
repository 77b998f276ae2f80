package io.bellwether.gateway.grpc;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceResult.NotServed;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/**
 * Stands before the parser of messages, and sees them as the bytes that they are. It refuses what is no message, which
 * gRPC itself would answer like a fault of ours, and what would take too much memory as objects; the rest is counted among
 * the bodies that the gateway holds until its call has ended. Messages of a stream are weighed here and counted where they are
 * answered, by that weight.
 */
final class MessageGuard implements ServerInterceptor {
    /** Requests of other methods are names. */
    private static final int OTHER_BYTES_MAX = 64 * 1024;

    private static final String INFER =
            GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();

    private static final String STREAM =
            GRPCInferenceServiceGrpc.getModelStreamInferMethod().getFullMethodName();

    private final Inference inference;

    MessageGuard(Inference inference) {
        this.inference = inference;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MessageWeight weight = new MessageWeight();
        Context context = Context.current().withValue(MessageWeight.OF_CALL, weight);
        return new Guarded<>(call, weight, Contexts.interceptCall(context, call, headers, next));
    }

    private final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final HeldBytes.Share share = inference.bodies().share();
        private final MessageWeight weight;
        private final boolean isStream;
        private boolean refused;

        Guarded(ServerCall<Q, ?> call, MessageWeight weight, ServerCall.Listener<Q> next) {
            super(next);
            this.call = call;
            this.weight = weight;
            this.isStream = isMethod(STREAM);
        }

        @Override
        public void onMessage(Q message) {
            Decoded<Long> cost = cost((ReceivedMessage) message);
            if (cost instanceof Decoded.Refused<Long> tooMuch) {
                refuse(tooMuch.refusal());
                return;
            }
            long bytes = ((Decoded.Valid<Long>) cost).value();
            if (isStream) {
                // They come and go while the call stays open: each is counted where it is answered.
                weight.set(bytes);
                parse(message);
            } else if (share.take(bytes)) {
                parse(message);
            } else {
                refuse(inference.noRoom());
            }
        }

        private boolean isMethod(String name) {
            return call.getMethodDescriptor().getFullMethodName().equals(name);
        }

        private Decoded<Long> cost(ReceivedMessage message) {
            Refusal unread = message.refusal();
            if (unread != null) {
                return unread.as();
            }
            if (isStream || isMethod(INFER)) {
                return MessageCost.of(message.bytes().newInput(), inference.protocolLimits());
            }
            int bytes = message.bytes().size();
            return bytes <= OTHER_BYTES_MAX
                    ? Decoded.valid((long) bytes)
                    : Refusal.tooLarge("the message is too large; expected at most " + OTHER_BYTES_MAX + " bytes")
                            .as();
        }

        private void parse(Q message) {
            try {
                super.onMessage(message);
            } catch (StatusRuntimeException e) {
                // Of the parser: the service itself is not called before the client has sent everything.
                refuse(MessageCost.broken());
            }
        }

        private void refuse(Refusal refusal) {
            refused = true;
            share.release();
            Decoded<String> id = RequestIds.of(requestId());
            NotServed notServed = inference.unreadable(
                    id instanceof Decoded.Valid<String> valid ? valid.value() : RequestIds.made(), refusal);
            StatusRuntimeException status = GrpcStatus.of(notServed.refusal(), notServed.trace());
            call.close(status.getStatus(), status.getTrailers());
        }

        private static String requestId() {
            return CallHeaders.Exchange.current().header(WireNames.METADATA_REQUEST_ID);
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            share.release();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            share.release();
            super.onComplete();
        }
    }
}
