package io.bellwether.gateway.inference;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.function.UnaryOperator;

/**
 * One inference request as it came in, whatever the edge.
 *
 * @param requestId the caller's id or one made here
 * @param request with model and version; the version is empty unless the client named one
 * @param header value of a request header or metadata key by name; the empty text when absent
 * @param arrivedNanos when it was complete, on the clock of the {@link Timekeeper}
 * @param budgetNanos time the client gives it; 0 if the client says nothing
 * @param kind whose request it is
 * @param cancellation tells that the caller has gone away
 */
public record InferenceCall(
        String requestId,
        ModelInferRequest request,
        UnaryOperator<String> header,
        long arrivedNanos,
        long budgetNanos,
        Kind kind,
        Cancellation cancellation) {

    /** Whose request it is. */
    public enum Kind {
        /** A client's. */
        WHOLE,
        /** A further part of a request of a client, the first of which was served: it is not turned away for want of quota. */
        PART,
        /** One of a stream of a client's, which it may mean in their order. */
        STREAMED,
        /** Made by the gateway itself to warm up: it is served, and counted where nobody reads it. */
        WARM_UP
    }

    boolean synthetic() {
        return kind == Kind.WARM_UP;
    }
}
