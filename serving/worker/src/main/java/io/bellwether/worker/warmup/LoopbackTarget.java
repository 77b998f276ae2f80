package io.bellwether.worker.warmup;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** This worker's own gRPC port, so that transport, parsing and encoding get warm too. */
public final class LoopbackTarget implements WarmUpTarget, AutoCloseable {
    private final ManagedChannel channel;
    private final GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub stub;
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
        this.stub = GRPCInferenceServiceGrpc.newFutureStub(channel).withWaitForReady();
        this.callNanosMax = callNanosMax;
    }

    @Override
    public CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
        CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
        Futures.addCallback(
                stub.withDeadlineAfter(callNanosMax, TimeUnit.NANOSECONDS).modelInfer(request),
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(ModelInferResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }
                },
                MoreExecutors.directExecutor());
        return answer;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
