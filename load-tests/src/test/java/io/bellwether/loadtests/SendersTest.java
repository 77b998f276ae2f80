package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both senders against servers that speak the protocol: what they send is right, and what they get is understood. */
class SendersTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of("bellwether-reason", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Payloads payloads;

    @BeforeEach
    void readSamples() throws Exception {
        payloads = Payloads.of(
                Samples.read(Files.writeString(folder.resolve("s.csv"), "a,b,label\n1,2.5,1\n9,4,0\n")), "image");
    }

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void restAsksInTheProtocolAndReadsTheAnswer() throws Exception {
        // Given
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    assertThat(request.path()).isEqualTo("/v2/models/digits/versions/3/infer");
                    var decoded = InferRequestJson.decode(
                            "digits",
                            "3",
                            body.getBytes(),
                            body.length(),
                            InferRequestJson.ALL_JSON,
                            ProtocolLimits.DEFAULT);
                    var answer = InferResponseJson.encode(answer(decoded), OutputPreferences.JSON);
                    request.response()
                            .putHeader("Bellwether-Model-Version", "3")
                            .end(Buffer.buffer(answer.json().toByteArray()));
                }));

        // When
        Answer first;
        Answer second;
        try (Sender sender = new RestSender(scenario(listen(server), Scenario.Protocol.REST), payloads)) {
            first = send(sender, 0);
            second = send(sender, 1);
        }

        // Then
        assertThat(first).isEqualTo(new Answer(Outcome.OK, "3", 1));
        assertThat(second).isEqualTo(new Answer(Outcome.OK, "3", 0));
    }

    @Test
    void binaryTensorsFollowTheirHead() throws Exception {
        // Given
        CompletableFuture<Decoded<ModelInferRequest>> received = new CompletableFuture<>();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    int headBytes = Integer.parseInt(request.getHeader("Inference-Header-Content-Length"));
                    received.complete(InferRequestJson.decode(
                            "digits", "3", body.getBytes(), body.length(), headBytes, ProtocolLimits.DEFAULT));
                    request.response().end();
                }));

        // When
        try (Sender sender = new RestSender(scenario(listen(server), Scenario.Protocol.BINARY), payloads)) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            sender.send(new Ask(1, 50, 2, 3), answer::complete);
            answer.get(60, TimeUnit.SECONDS);
        }

        // Then the row comes three times, with its deadline in microseconds and its priority
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) received.get()).value();
        assertThat(request.getInputs(0).getShapeList()).isEqualTo(List.of(3L, 2L));
        assertThat(request.getRawInputContents(0).size()).isEqualTo(24);
        assertThat(request.getParametersOrThrow("timeout").getInt64Param()).isEqualTo(50_000);
        assertThat(request.getParametersOrThrow("priority").getInt64Param()).isEqualTo(2);
    }

    @Test
    void restUnderstandsFailures() throws Exception {
        // Given
        HttpServer server = vertx.createHttpServer().requestHandler(request -> request.response()
                .setStatusCode(503)
                .putHeader("Bellwether-Reason", "QUEUE_FULL")
                .putHeader("Bellwether-Model-Version", "2")
                .end("{\"error\":\"full\"}"));
        int port = listen(server);

        // When / Then
        try (Sender sender = new RestSender(scenario(port, Scenario.Protocol.REST), payloads)) {
            assertThat(send(sender, 0)).isEqualTo(Answer.failed(Outcome.REFUSED, "2"));
            server.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(send(sender, 0).outcome()).isEqualTo(Outcome.TRANSPORT);
        }
    }

    @Test
    void grpcAsksInTheProtocolAndReadsTheAnswer() throws Exception {
        // Given
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase() {
                    @Override
                    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
                        observer.onNext(answer(RequestCheck.normalise(request, ProtocolLimits.DEFAULT)));
                        observer.onCompleted();
                    }
                })
                .build()
                .start();

        // When / Then
        try (Sender sender = new GrpcSender(scenario(server.getPort(), Scenario.Protocol.GRPC), payloads)) {
            assertThat(send(sender, 0)).isEqualTo(new Answer(Outcome.OK, "3", 1));
            assertThat(send(sender, 1)).isEqualTo(new Answer(Outcome.OK, "3", 0));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void grpcUnderstandsFailures() throws Exception {
        // Given
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase() {
                    @Override
                    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
                        Metadata trailers = new Metadata();
                        trailers.put(REASON, "MODEL_FAILED");
                        observer.onError(Status.INTERNAL.asRuntimeException(trailers));
                    }
                })
                .build()
                .start();

        // When / Then
        try (Sender sender = new GrpcSender(scenario(server.getPort(), Scenario.Protocol.GRPC), payloads)) {
            assertThat(send(sender, 0).outcome()).isEqualTo(Outcome.MODEL_ERROR);
            server.shutdownNow();
            assertThat(server.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            assertThat(send(sender, 0).outcome()).isEqualTo(Outcome.UNAVAILABLE);
        } finally {
            server.shutdownNow();
        }
    }

    private static Answer send(Sender sender, int row) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        sender.send(Ask.of(row), answer::complete);
        return answer.get(60, TimeUnit.SECONDS);
    }

    /** Answers with the features as scores, so that the larger one is the class. */
    private static ModelInferResponse answer(Decoded<ModelInferRequest> decoded) {
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) decoded).value();
        ByteString raw = request.getRawInputContents(0);
        assertThat(request.getModelName()).isEqualTo("digits");
        assertThat(request.getInputs(0).getShapeList()).isEqualTo(List.of(1L, 2L));
        assertThat(raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isIn(1f, 9f);
        return ModelInferResponse.newBuilder()
                .setModelName("digits")
                .setModelVersion("3")
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("scores")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2))
                .addRawOutputContents(raw)
                .build();
    }

    private static int listen(HttpServer server) throws Exception {
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }

    private static Scenario scenario(int port, Scenario.Protocol protocol) throws Exception {
        return ScenarioFile.read(
                        Path.of("scenarios/01-digits-rest-200.yaml"), Map.of("version", "3", "timeout_millis", 30_000))
                .at(protocol, new Scenario.Target("127.0.0.1", port));
    }
}
