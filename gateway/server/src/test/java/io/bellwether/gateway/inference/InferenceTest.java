package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted for a request, in virtual time. */
class InferenceTest {
    private static final long BUDGET_NANOS = 1_000_000_000L;

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1");
    private final EdgeFixture gateway = new EdgeFixture(time, worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void theWorkerSaysWhichAnswerIsAWitness(boolean witness, int witnesses) {
        // Given
        worker.behaviour = request -> {
            time.advanceMillis(7);
            Account account = new Account(witness, 4, 1, 2, 3, 0);
            return FakeWorkerLink.done(new Reply.Answered(Requests.answer(request), account));
        };

        // When
        InferenceResult result = infer(new Cancellation()).join();

        // Then
        assertThat(result).isInstanceOf(InferenceResult.Served.class);
        CellCounts cell = cells().get(0);
        assertThat(cell.getOutcomesMap()).isEqualTo(Map.of("ok", 1L));
        assertThat(cell.getLatencyNanos().getCountCount()).isEqualTo(1);
        assertThat(cell.getWitnessLatencyNanos().getCountCount()).isEqualTo(witnesses);
    }

    @ParameterizedTest
    @CsvSource({
        "MODEL_FAILED, model_error, 1",
        "INTERNAL, unavailable, 1",
        "WORKER_UNAVAILABLE, unavailable, 1",
        "DEADLINE_EXCEEDED, timeout, 1",
        "QUEUE_FULL, refused, 0",
        "OVER_QUOTA, refused, 0",
        "SLO_UNATTAINABLE, timeout, 1",
        "INVALID_INPUT, invalid, 0"
    })
    void failuresAreCountedAndSpeakForThemselves(FailureReason reason, String outcome, int witnesses) {
        // Given
        worker.fails(reason, "words", true);

        // When
        InferenceResult result = infer(new Cancellation()).join();

        // Then
        assertThat(result).isInstanceOfSatisfying(InferenceResult.NotServed.class, notServed -> assertThat(
                        notServed.refusal().reason())
                .isEqualTo(reason));
        CellCounts cell = cells().get(0);
        assertThat(cell.getOutcomesMap()).isEqualTo(Map.of(outcome, 1L));
        assertThat(cell.getWitnessLatencyNanos().getCountCount()).isEqualTo(witnesses);
    }

    @Test
    void aRequestThatNamesItsVersionTravelsAsItCame() {
        // Given
        ModelInferRequest named = Requests.raw("m", "1");
        ModelInferRequest unnamed = Requests.raw("m", "");

        // When
        infer(named, new Cancellation()).join();
        infer(unnamed, new Cancellation()).join();

        // Then
        assertThat(worker.received.get(0)).isSameAs(named);
        assertThat(worker.received.get(1)).isEqualTo(named);
    }

    @Test
    void aCallerThatLeavesCountsAsTimeout() {
        // Given
        worker.behaviour = request -> new CompletableFuture<>();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<InferenceResult> result = infer(cancellation);

        // When
        time.advanceMillis(500);
        cancellation.cancel();

        // Then
        assertThat(reason(result)).isEqualTo(FailureReason.CANCELLED);
        assertThat(cells().get(0).getOutcomesMap()).isEqualTo(Map.of("timeout", 1L));
        assertThat(gateway.inference.inFlight()).isZero();
    }

    @Test
    void tooManyAtOnceAreRefused() {
        // Given
        worker.behaviour = request -> new CompletableFuture<>();
        for (int i = 0; i < 64; i++) {
            CompletableFuture<InferenceResult> unused = infer(new Cancellation());
        }

        // When
        CompletableFuture<InferenceResult> oneMore = infer(new Cancellation());

        // Then
        assertThat(reason(oneMore)).isEqualTo(FailureReason.QUEUE_FULL);
        assertThat(worker.received).hasSize(64);
        assertThat(gateway.inference.inFlight()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theFirstComparedRequestOfAClientIsCountedApartWhateverBecomesOfIt(boolean served) {
        // Given a rollout that is split by client, half and half
        worker.serving("m", "2");
        gateway.directory.poll();
        gateway.fold.apply(new LogEntry(0, 0, Commands.create("r", 5_000, "x-user")), 0, true);
        if (!served) {
            worker.fails(FailureReason.MODEL_FAILED, "words", true);
        }

        // When 40 clients ask three times each
        for (int i = 0; i < 120; i++) {
            inferAs("client-" + i % 40).join();
        }

        // Then
        Map<Boolean, Long> requests = new HashMap<>();
        for (CellCounts cell : cells()) {
            assertThat(cell.getKey().getClientMemory()).isEqualTo(7);
            requests.merge(cell.getKey().getFirstOfClient(), cell.getRequests(), Long::sum);
        }
        assertThat(requests).isEqualTo(Map.of(true, 40L, false, 80L));
        assertThat(worker.origins)
                .filteredOn(origin -> origin.orElseThrow().client().first())
                .hasSize(40);
    }

    @Test
    void aClientWhoseCandidateIsReadyNowhereIsRememberedAndSpeaksForNobody() {
        // Given
        gateway.fold.apply(new LogEntry(0, 0, Commands.create("r", 5_000, "x-user")), 0, true);
        for (int i = 0; i < 40; i++) {
            inferAs("client-" + i).join();
        }
        worker.serving("m", "2");
        gateway.directory.poll();

        // When
        for (int i = 0; i < 40; i++) {
            inferAs("client-" + i).join();
        }

        // Then clients of the candidate do not begin with those who ask often
        List<CellCounts> cells = cells();
        assertThat(cells)
                .filteredOn(cell -> cell.getKey().getArm() == Arm.CANDIDATE)
                .isNotEmpty()
                .noneMatch(cell -> cell.getKey().getFirstOfClient());
        assertThat(cells)
                .filteredOn(cell -> cell.getKey().getArm() == Arm.STABLE_REST)
                .isNotEmpty()
                .allMatch(cell -> cell.getKey().getClientMemory() == 0);
    }

    private CompletableFuture<InferenceResult> inferAs(String client) {
        return gateway.inference
                .infer(new InferenceCall(
                        "id",
                        Requests.raw("m", ""),
                        name -> name.equals("x-user") ? client : "",
                        time.nanos(),
                        BUDGET_NANOS,
                        InferenceCall.Kind.WHOLE,
                        new Cancellation()))
                .toCompletableFuture();
    }

    private CompletableFuture<InferenceResult> infer(Cancellation cancellation) {
        return infer(Requests.raw("m", ""), cancellation);
    }

    private CompletableFuture<InferenceResult> infer(ModelInferRequest request, Cancellation cancellation) {
        return gateway.inference
                .infer(new InferenceCall(
                        "id", request, name -> "", time.nanos(), BUDGET_NANOS, InferenceCall.Kind.WHOLE, cancellation))
                .toCompletableFuture();
    }

    private static FailureReason reason(CompletableFuture<InferenceResult> result) {
        return ((InferenceResult.NotServed) result.join()).refusal().reason();
    }

    private List<CellCounts> cells() {
        List<Snapshot> snapshots = gateway.evidence.snapshots(Set.of("m"), time.epochMillis() / 1_000 + 1);
        return snapshots.get(0).getCellsList();
    }
}
