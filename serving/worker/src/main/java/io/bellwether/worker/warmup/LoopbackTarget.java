package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** This worker's own gRPC port, so that transport, parsing and encoding get warm too. */
public final class LoopbackTarget implements WarmUpTarget, AutoCloseable {
    private final ManagedChannel channel;
    private final GRPCInferenceServiceGrpc.GRPCInferenceServiceStub stub;
    private final long callNanosMax;

    /**
     * @param host address that the server is bound to; a wildcard address is reached through loopback
     * @param callNanosMax deadline of one synthetic request
     */
    public LoopbackTarget(String host, int port, int messageBytesMax, long callNanosMax) {
        String address = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        this.channel = ManagedChannelBuilder.forAddress(address, port)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(messageBytesMax)
                .build();
        this.stub = GRPCInferenceServiceGrpc.newStub(channel).withWaitForReady();
        this.callNanosMax = callNanosMax;
    }

    @Override
    public CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
        Answer answer = new Answer();
        stub.withDeadlineAfter(callNanosMax, TimeUnit.NANOSECONDS).modelInfer(request, answer);
        return answer.future;
    }

    @Override
    public void close() {
        channel.shutdownNow();
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
