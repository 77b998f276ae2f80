package io.bellwether.gateway.grpc;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceCall;
import io.bellwether.gateway.inference.InferenceCall.Kind;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.grpc.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes one message of a gRPC client to inference. */
final class MessageInference {
    private final Inference inference;
    private final WarmUpToken warmUp;

    MessageInference(Inference inference, WarmUpToken warmUp) {
        this.inference = inference;
        this.warmUp = warmUp;
    }

    /**
     * Never blocks; the stage never completes exceptionally.
     *
     * @param deadline of the call that the message came with
     */
    CompletionStage<InferenceResult> infer(
            ModelInferRequest request,
            String requestId,
            CallHeaders.Exchange exchange,
            @Nullable Deadline deadline,
            Cancellation cancellation) {
        return infer(request, requestId, exchange, deadline, Kind.WHOLE, cancellation);
    }

    private CompletionStage<InferenceResult> infer(
            ModelInferRequest request,
            String requestId,
            CallHeaders.Exchange exchange,
            @Nullable Deadline deadline,
            Kind clients,
            Cancellation cancellation) {
        long arrivedNanos = inference.time().nanos();
        InferenceCall call = new InferenceCall(
                requestId,
                request,
                exchange::header,
                arrivedNanos,
                deadline == null ? 0 : Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS)),
                warmUp.kind(exchange.header(WarmUpToken.HEADER), clients),
                cancellation);
        return inference.infer(call);
    }

    /**
     * The same for a message of a stream, which nobody has counted yet: its weight is held until it is answered.
     *
     * @param heapBytes what it takes as objects
     */
    CompletionStage<InferenceResult> inferCounted(
            ModelInferRequest request,
            long heapBytes,
            String requestId,
            CallHeaders.Exchange exchange,
            @Nullable Deadline deadline,
            Cancellation cancellation) {
        HeldBytes.Share share = inference.bodies().share();
        if (!share.take(heapBytes)) {
            return CompletableFuture.completedFuture(inference.unreadable(requestId, inference.noRoom()));
        }
        return infer(request, requestId, exchange, deadline, Kind.STREAMED, cancellation)
                .whenComplete((result, impossible) -> share.release());
    }
}
