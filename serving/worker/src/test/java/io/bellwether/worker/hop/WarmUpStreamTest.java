package io.bellwether.worker.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.Samples;
import io.bellwether.worker.edge.EdgeFixture;
import io.bellwether.worker.warmup.StreamTarget;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stream by which a worker warms itself, against the worker's side of streams. */
class WarmUpStreamTest {
    private static final long LONG = 20_000_000_000L;
    private static final Origin COMPARED = new Origin(0, "CONTROL", "", "");

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final String name = UUID.randomUUID().toString();
    private final ManagedChannel channel =
            InProcessChannelBuilder.forName(name).directExecutor().build();
    private EdgeFixture edge;
    private HopService service;
    private Server server;

    private StreamTarget stream(EdgeFixture started) throws Exception {
        edge = started;
        service =
                new HopService(edge, new HopLimits(1 << 20, 16, 1 << 20), edge.nowNanos::get, () -> new FakeLoop(loop));
        server = InProcessServerBuilder.forName(name)
                .executor(loop)
                .addService(service)
                .build()
                .start();
        return new StreamTarget(channel, 1 << 20, LONG);
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        edge.close();
        loop.shutdownNow();
    }

    @Test
    void aVersionThatIsBeingWarmedAnswersAndCountsNothing() throws Exception {
        // Given
        StreamTarget stream = stream(EdgeFixture.warming());

        // When
        List<CompletableFuture<ModelInferResponse>> answers = IntStream.range(0, 3)
                .mapToObj(i -> stream.infer(Samples.request(COMPARED, i)))
                .toList();

        // Then
        for (CompletableFuture<ModelInferResponse> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS).getModelVersion()).isEqualTo("1");
        }
        edge.awaitInFlight(0);
        assertThat(edge.version("1").cells().snapshot(2_000, true).getCellsList())
                .isEmpty();
        assertThat(edge.registry.find("bellwether.worker.requests").counters()).isEmpty();
        assertThat(edge.version("1").statistics().read().success().count()).isZero();
        assertThat(edge.registry
                        .get("bellwether.worker.cost")
                        .tags("model", Samples.MODEL, "version", "1")
                        .counter()
                        .count())
                .isZero();
    }

    @Test
    void aRefusalFailsTheRequestAndIsNotCountedEither() throws Exception {
        // Given
        StreamTarget stream = stream(EdgeFixture.warming());

        // When
        CompletableFuture<ModelInferResponse> answer = stream.infer(
                Samples.request("1", 1).toBuilder().setModelName("nope").build());

        // Then
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS)).hasMessageContaining("nope");
        assertThat(edge.registry.find("bellwether.worker.refused.early").counters())
                .isEmpty();
    }

    @Test
    void theEndOfTheStreamFailsWhatIsAskedLater() throws Exception {
        // Given
        StreamTarget stream = stream(EdgeFixture.warmed());
        stream.infer(Samples.request("1", 1)).get(20, TimeUnit.SECONDS);
        CountDownLatch engine = edge.engine.hold();
        CompletableFuture<ModelInferResponse> taken = stream.infer(Samples.request("1", 2));
        edge.awaitInFlight(1);

        // When
        stream.close();

        // Then: what was taken is answered
        assertThatThrownBy(() -> stream.infer(Samples.request("1", 3)).get(20, TimeUnit.SECONDS))
                .hasMessageContaining("closed");
        engine.countDown();
        assertThat(taken.get(20, TimeUnit.SECONDS).getModelVersion()).isEqualTo("1");
    }
}
