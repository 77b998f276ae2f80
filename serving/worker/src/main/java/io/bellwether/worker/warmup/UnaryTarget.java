package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A worker as one asks it who comes past no gateway: a call of its own for each request. */
public final class UnaryTarget implements WarmUpTarget {
    private final GRPCInferenceServiceGrpc.GRPCInferenceServiceStub stub;
    private final long callNanosMax;

    /**
     * @param channel to the worker; closed by whoever made it
     * @param callNanosMax deadline of one synthetic request
     */
    public UnaryTarget(Channel channel, long callNanosMax) {
        this.stub = GRPCInferenceServiceGrpc.newStub(channel).withWaitForReady();
        this.callNanosMax = callNanosMax;
    }

    @Override
    public CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
        Answer answer = new Answer();
        stub.withDeadlineAfter(callNanosMax, TimeUnit.NANOSECONDS).modelInfer(request, answer);
        return answer.future;
    }

    /** The answer to one request as a future. */
    private static final class Answer implements StreamObserver<ModelInferResponse> {
        private final CompletableFuture<ModelInferResponse> future = new CompletableFuture<>();

        @Override
        public void onNext(ModelInferResponse response) {
            future.complete(response);
        }

        @Override
        public void onError(Throwable failure) {
            future.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            // The one answer came before.
        }
    }
}
