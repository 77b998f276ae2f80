package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.Collected;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.gateway.inference.InferenceCall.Kind;
import io.bellwether.gateway.worker.HedgeCounts.Result;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelStreamInferResponse;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.hedge.HedgeVerdict;
import io.bellwether.telemetry.events.CellCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests may have a copy, and how often one with a copy is counted. */
class CopyingTest {
    private static final int TIMES = 100;

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink one = new FakeWorkerLink().serving("m", "1", "2");
    private final FakeWorkerLink other = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway =
            EdgeFixture.withTenants(time, Map.of(), new LimitSettings(40, 40, 40, 1, 1, 1, 1), one, other);
    private final List<CompletableFuture<Reply>> owed = new ArrayList<>();

    @BeforeEach
    void becomeWarm() {
        for (int i = 0; i < TIMES; i++) {
            infer(Kind.WHOLE, Requests.raw("m", "1")).join();
            infer(Kind.WHOLE, Requests.raw("m", "2")).join();
        }
        time.advanceMillis(1_000);
        for (FakeWorkerLink link : List.of(one, other)) {
            link.received.clear();
            link.origins.clear();
            link.behaviour = request -> {
                CompletableFuture<Reply> reply = new CompletableFuture<>();
                owed.add(reply);
                return reply;
            };
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aRequestWithACopyIsAnsweredAndCountedOnce() {
        // Given
        cells();
        CompletableFuture<InferenceResult> result = infer(Kind.WHOLE, Requests.raw("m", ""));

        // When
        gateway.alarms.ring();
        owed.get(1).complete(FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "1"))));
        owed.get(0).complete(FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "1"))));

        // Then
        assertThat(result.join()).isInstanceOf(InferenceResult.Served.class);
        assertThat(one.received).hasSize(1);
        assertThat(other.received).hasSize(1);
        assertThat(gateway.hedging.counts().sent(Result.WON)).isEqualTo(1);
        assertThat(gateway.inference.inFlight()).isZero();
        assertThat(gateway.admission.readings()).allMatch(lane -> lane.inFlight() == 0);
        assertThat(cells()).singleElement().satisfies(cell -> {
            assertThat(cell.getRequests()).isEqualTo(1);
            assertThat(cell.getOutcomesMap()).isEqualTo(Map.of("ok", 1L));
        });
    }

    @Test
    void aPartOfARequestForEmbeddingsMayHaveACopy() {
        // When
        var unused = infer(Kind.PART, Requests.raw("m", "1"));

        // Then
        assertThat(gateway.alarms.delaysNanos()).containsExactly(EdgeFixture.HEDGE_DELAY_NANOS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequence_id", "sequence_start", "sequence_end"})
    void aRequestOfASequenceHasNone(String parameter) {
        // When
        var unused = infer(
                Kind.WHOLE,
                Requests.raw("m", "1").toBuilder()
                        .putParameters(
                                parameter,
                                InferParameter.newBuilder().setInt64Param(7).build())
                        .build());

        // Then
        assertThat(gateway.alarms.delaysNanos()).isEmpty();
    }

    @Test
    void aRequestOfAStreamAndOneOfTheWarmUpHaveNone() {
        // When
        var unused = infer(Kind.WARM_UP, Requests.raw("m", "1"));
        GRPCInferenceServiceGrpc.newStub(gateway.channel)
                .modelStreamInfer(new Collected<ModelStreamInferResponse>())
                .onNext(Requests.raw("m", "1"));
        Await.until("the request of the stream is at a worker", () -> one.received.size() + other.received.size() == 2);

        // Then
        assertThat(gateway.alarms.delaysNanos()).isEmpty();
    }

    @Test
    void comparedArmsHaveNoneAndTheRestHas() {
        // Given half of the requests for the candidate, and as many for its control
        gateway.fold.apply(new LogEntry(0, 0, Commands.create("r", 3_000, "")), 0, true);

        // When
        for (int i = 0; i < 30; i++) {
            var unused = infer("id-" + i, Kind.WHOLE, Requests.raw("m", ""));
        }

        // Then
        long compared = Stream.concat(one.origins.stream(), other.origins.stream())
                .filter(origin -> Set.of("CANDIDATE", "CONTROL")
                        .contains(origin.orElseThrow().arm()))
                .count();
        assertThat(compared).isBetween(5L, 25L);
        assertThat(gateway.alarms.delaysNanos()).hasSize((int) (30 - compared));
    }

    @Test
    void whileTheLaneIsNearlyFullThereIsNone() {
        // Given 29 of the 40 slots are taken
        for (int i = 0; i < 29; i++) {
            var unused = infer(Kind.WHOLE, Requests.raw("m", "1"));
        }

        // When
        gateway.alarms.ring();

        // Then
        assertThat(owed).hasSize(29);
        assertThat(gateway.hedging.counts().notSent(HedgeVerdict.BUSY)).isEqualTo(29);
    }

    private CompletableFuture<InferenceResult> infer(Kind kind, ModelInferRequest request) {
        return infer("id", kind, request);
    }

    private CompletableFuture<InferenceResult> infer(String id, Kind kind, ModelInferRequest request) {
        return gateway.inference
                .infer(new InferenceCall(
                        id, request, name -> "", time.nanos(), 1_000_000_000L, kind, new Cancellation()))
                .toCompletableFuture();
    }

    /** What was counted since the last time. */
    private List<CellCounts> cells() {
        time.advanceMillis(1_000);
        return gateway.evidence.snapshots(Set.of("m"), time.epochMillis() / 1_000).stream()
                .flatMap(snapshot -> snapshot.getCellsList().stream())
                .toList();
    }
}
