package io.bellwether.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.program.ProgramBytes;
import io.bellwether.worker.serving.EngineStart;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The whole application, with the synthetic engine in the place of libtorch. */
@QuarkusTest
@TestProfile(WorkerBootTest.Ports.class)
class WorkerBootTest {
    @ConfigProperty(name = "quarkus.management.test-port")
    int managementPort;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int grpcPort;

    @Inject
    Worker worker;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void itWarmsBecomesReadyServesAndMeasures() throws Exception {
        // When
        Await.until("the worker is ready", worker::ready);

        // Then
        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("sample/1").contains("READY").contains("broken/1");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        ModelInferResponse response = infer();
        assertThat(Samples.firstScores(response)).containsExactly(2);
        List<String> exported = get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .toList();
        assertThat(exported).containsAll(listedMetrics());
        assertThat(exported).filteredOn(name -> name.startsWith("bellwether_")).isSubsetOf(listedMetrics());
    }

    @Test
    void aGatewayThatAsksIsToldAgainAndAgainHowVersionsStand() throws Exception {
        // Given
        Await.until("the worker is ready", worker::ready);
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
        BlockingQueue<WorkerTurn> turns = new LinkedBlockingQueue<>();
        StreamObserver<WorkerTurn> fromWorker = new StreamObserver<>() {
            @Override
            public void onNext(WorkerTurn turn) {
                turns.add(turn);
            }

            @Override
            public void onError(Throwable ended) {}

            @Override
            public void onCompleted() {}
        };

        // When
        StreamObserver<GatewayTurn> gateway =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(HopMethod.OPEN, CallOptions.DEFAULT), fromWorker);
        gateway.onNext(GatewayTurn.newBuilder()
                .setHello(Hello.newBuilder().setMessageBytesMax(1 << 20).setStatusIntervalMillis(20))
                .build());

        // Then: the greeting, how its one version stands, and that nothing differs
        assertThat(next(turns).hasHello()).isTrue();
        WorkerTurn told = next(turns);
        assertThat(told.getStatusesList()).hasSize(1);
        assertThat(told.getStatuses(0).getVersion()).isEqualTo("1");
        assertThat(told.getStatuses(0).getRunNanos()).isPositive();
        assertThat(next(turns)).isNotNull();
        channel.shutdownNow();
    }

    private static WorkerTurn next(BlockingQueue<WorkerTurn> turns) throws InterruptedException {
        return Objects.requireNonNull(turns.poll(20, TimeUnit.SECONDS), "nothing came within 20 s");
    }

    private ModelInferResponse infer() {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
        try {
            GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub =
                    GRPCInferenceServiceGrpc.newBlockingStub(channel);
            try {
                stub.modelInfer(
                        Samples.request("1", 1).toBuilder().setModelName("nope").build());
            } catch (StatusRuntimeException expected) {
                assertThat(expected.getStatus().getDescription()).contains("nope");
            }
            return stub.modelInfer(Samples.request("1", 1));
        } finally {
            channel.shutdownNow();
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + managementPort + path);
        // The plain format: in OpenMetrics the families of counters have no "_total".
        HttpRequest request =
                HttpRequest.newBuilder(address).header("Accept", "text/plain").build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> listedMetrics() throws IOException {
        try (InputStream list = Worker.class.getResourceAsStream("/META-INF/bellwether-metrics.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    /** Takes the place of libtorch. */
    @Singleton
    public static class SyntheticStart implements EngineStart {
        @Override
        public InferenceEngine start(TorchEngineSettings settings) {
            return SyntheticEngine.steady();
        }
    }

    /** A repository with a good and a broken model, and free ports. */
    public static class Ports implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String grpcPort = String.valueOf(freePort());
            return Map.of(
                    "worker.repository",
                    repository().toString(),
                    // The engine of this test is not in the process that would try the version.
                    "worker.model-control.trial",
                    "false",
                    "worker.warm-up.first-time-max",
                    "1s",
                    "quarkus.grpc.server.port",
                    grpcPort,
                    "quarkus.grpc.server.test-port",
                    grpcPort,
                    "quarkus.management.test-port",
                    String.valueOf(freePort()));
        }

        private static Path repository() {
            try {
                Path root = Files.createTempDirectory("worker-boot");
                Files.createDirectories(root.resolve("sample/1"));
                Files.writeString(
                        root.resolve("sample/model.yaml"),
                        """
                        max_batch_size: 4
                        inputs: [{name: x, datatype: FP32, shape: [2]}]
                        outputs: [{name: y, datatype: FP32, shape: [2]}]
                        """);
                Files.write(root.resolve("sample/1/model.pt"), ProgramBytes.torchScript());
                Files.createDirectories(root.resolve("broken/1"));
                Files.writeString(root.resolve("broken/model.yaml"), "inputs: 1\n");
                return root;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int freePort() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
