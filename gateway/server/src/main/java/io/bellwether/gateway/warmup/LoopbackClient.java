package io.bellwether.gateway.warmup;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends requests to the gateway's own edges, as a client would. */
final class LoopbackClient implements AutoCloseable {
    private static final Duration REQUEST_MAX = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(REQUEST_MAX)
            .build();
    private final String rest;
    private final ManagedChannel grpc;
    private final WarmUpToken token;

    LoopbackClient(String restAddress, String grpcHost, int grpcPort, WarmUpToken token) {
        this.rest = "http://" + restAddress;
        this.token = token;
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(WarmUpToken.HEADER, Metadata.ASCII_STRING_MARSHALLER), token.value());
        this.grpc = NettyChannelBuilder.forAddress(grpcHost, grpcPort)
                .usePlaintext()
                .directExecutor()
                .proxyDetector(target -> null)
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .build();
    }

    /** Names no version, as most clients. Completes when there is an answer, whatever it says; exceptionally when there is none. */
    CompletableFuture<?> json(ModelInferRequest target, ByteString body) {
        return http.sendAsync(
                post(encoded(target.getModelName()))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    CompletableFuture<?> binary(ModelInferRequest target, ByteString body, int headBytes) {
        return http.sendAsync(
                post(encoded(target.getModelName()) + "/versions/" + encoded(target.getModelVersion()))
                        .header(WireNames.HEADER_JSON_LENGTH, Integer.toString(headBytes))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    CompletableFuture<?> grpc(ModelInferRequest request) {
        CompletableFuture<Object> answered = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                grpc.newCall(
                        GRPCInferenceServiceGrpc.getModelInferMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(REQUEST_MAX.toMillis(), TimeUnit.MILLISECONDS)),
                request,
                new StreamObserver<>() {
                    @Override
                    public void onNext(ModelInferResponse answer) {
                        answered.complete(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answered.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        // The answer came with onNext.
                    }
                });
        return answered;
    }

    @Override
    public void close() {
        grpc.shutdownNow();
    }

    private HttpRequest.Builder post(String model) {
        return HttpRequest.newBuilder(URI.create(rest + "/v2/models/" + model + "/infer"))
                .timeout(REQUEST_MAX)
                .header("Content-Type", "application/json")
                .header(WarmUpToken.HEADER, token.value());
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
