package io.bellwether.gateway.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Comparison;
import io.bellwether.controlapi.log.Shadow;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.routing.ShadowCopy;
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.Arm;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies through the whole gateway, with a worker that lives in the test. */
class ShadowsTest {
    private static final String INFER = "/v2/models/m/infer";

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theClientIsAnsweredByTheStableVersionAndTheCandidateIsAskedAfterwards() {
        // Given
        shadow(10_000, 0);

        // When
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue(WireNames.HEADER_MODEL_VERSION)).contains("1");
        assertThat(worker.received)
                .extracting(ModelInferRequest::getModelVersion)
                .containsExactly("1", "2");
        ModelInferRequest copy = worker.received.get(1);
        assertThat(worker.origins.get(0)).isPresent();
        assertThat(worker.origins.get(1)).isEmpty();
        assertThat(copy.getParametersOrThrow(WireNames.PARAMETER_PRIORITY).getInt64Param())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(copy.getRawInputContentsList())
                .isEqualTo(worker.received.get(0).getRawInputContentsList());
    }

    @Test
    void agreementIsCountedForTheCandidateAndForTheTwin() {
        // Given a candidate that answers something else, and a stable version that agrees with itself
        shadow(10_000, 10_000);
        worker.behaviour = request -> FakeWorkerLink.done(FakeWorkerLink.answered(answer(request)));

        // When
        gateway.post(INFER, Requests.JSON);
        gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(gateway.shadows.counts("r"))
                .contains(new ShadowCounts(
                        new ShadowCounts.Answers(0, 0, 2, 0), new ShadowCounts.Answers(2, 0, 0, 0), 0));
        assertThat(gateway.registry
                        .counter(
                                "bellwether.gateway.shadow.copies",
                                "model",
                                "m",
                                "version",
                                "2",
                                "copy",
                                "twin",
                                "result",
                                "AGREES")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aCandidateThatFailsFailsNobody() {
        // Given
        shadow(10_000, 0);
        worker.behaviour = request -> request.getModelVersion().equals("2")
                ? FakeWorkerLink.done(new Reply.Failed(FailureReason.MODEL_FAILED, "it failed", true))
                : FakeWorkerLink.done(FakeWorkerLink.answered(Requests.answer(request)));

        // When
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(gateway.shadows.counts("r").orElseThrow().candidate().failed())
                .isEqualTo(1);
    }

    @Test
    void bothAnswersToARequestAreOnePairOfTelemetry() {
        // Given a candidate that answers something else, then fails, then is busy, and a stable version that agrees
        shadow(10_000, 10_000);
        List<Reply> candidate = new ArrayList<>(List.of(
                FakeWorkerLink.answered(answer(Requests.raw("m", "2"))),
                new Reply.Failed(FailureReason.MODEL_FAILED, "it failed", true),
                new Reply.Failed(FailureReason.QUEUE_FULL, "busy", true)));
        worker.behaviour = request -> FakeWorkerLink.done(
                request.getModelVersion().equals("2") ? candidate.remove(0) : FakeWorkerLink.answered(answer(request)));

        // When
        gateway.post(INFER, Requests.JSON);
        gateway.post(INFER, Requests.JSON);
        gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(pairs("disagreement"))
                .isEqualTo(AnsweredPairs.newBuilder()
                        .setQuestion("disagreement")
                        .setOnlyCandidateWrong(2)
                        .setCandidateLost(1)
                        .build());
    }

    @Test
    void withoutATwinTheStableVersionIsTakenToAgreeWithItself() {
        // Given
        shadow(10_000, 0);
        worker.behaviour = request -> FakeWorkerLink.done(FakeWorkerLink.answered(Requests.answer(request)));

        // When
        gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(pairs("difference"))
                .isEqualTo(AnsweredPairs.newBuilder()
                        .setQuestion("difference")
                        .setBothRight(1)
                        .build());
    }

    /** What was counted of one question in all cells, which have no requests. */
    private AnsweredPairs pairs(String question) {
        AnsweredPairs.Builder sum = AnsweredPairs.newBuilder().setQuestion(question);
        gateway.evidence.snapshots(Set.of("m"), System.currentTimeMillis() / 1_000).stream()
                .flatMap(snapshot -> snapshot.getCellsList().stream())
                .filter(cell -> cell.getPairsCount() > 0)
                .peek(cell -> assertThat(cell.getRequests()).isZero())
                .peek(cell -> assertThat(cell.getKey().getArm()).isEqualTo(Arm.SHADOW))
                .peek(cell -> assertThat(cell.getKey().getRolloutId()).isEqualTo("r"))
                .flatMap(cell -> cell.getPairsList().stream())
                .filter(pairs -> pairs.getQuestion().equals(question))
                .forEach(pairs -> sum.setBothRight(sum.getBothRight() + pairs.getBothRight())
                        .setOnlyCandidateWrong(sum.getOnlyCandidateWrong() + pairs.getOnlyCandidateWrong())
                        .setOnlyControlWrong(sum.getOnlyControlWrong() + pairs.getOnlyControlWrong())
                        .setBothWrong(sum.getBothWrong() + pairs.getBothWrong())
                        .setCandidateLost(sum.getCandidateLost() + pairs.getCandidateLost()));
        return sum.build();
    }

    @Test
    void copiesBeyondTheRoomAreDroppedAndCounted() {
        // Given a candidate that answers nobody
        shadow(10_000, 0);
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        worker.behaviour = request -> request.getModelVersion().equals("2")
                ? later(waiting)
                : FakeWorkerLink.done(FakeWorkerLink.answered(Requests.answer(request)));

        // When the fixture has room for four
        for (int i = 0; i < 6; i++) {
            assertThat(gateway.post(INFER, Requests.JSON).statusCode()).isEqualTo(200);
        }

        // Then
        assertThat(waiting).hasSize(4);
        assertThat(gateway.shadows.counts("r").orElseThrow().dropped()).isEqualTo(2);

        // When they are over there is room again
        waiting.forEach(copy -> copy.complete(new Reply.Failed(FailureReason.INTERNAL, "over", true)));
        gateway.post(INFER, Requests.JSON);
        assertThat(waiting).hasSize(5);
    }

    @Test
    void whatNamesAVersionOrFailsIsNotCopied() {
        // Given
        shadow(10_000, 10_000);

        // When
        gateway.post("/v2/models/m/versions/1/infer", Requests.JSON);
        worker.fails(FailureReason.MODEL_FAILED, "it failed", true);
        gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(worker.received).hasSize(2);
        assertThat(gateway.shadows.counts("r")).isEmpty();
    }

    @Test
    void onlyTheNewestTalliesAreKept() {
        // Given
        Shadows shadows = gateway.shadows;
        Shadows.Answered answered =
                new Shadows.Answered("id", Requests.raw("m", ""), "1", ModelInferResponse.getDefaultInstance());

        // When
        for (int i = 0; i <= Shadows.TALLIES_MAX; i++) {
            shadows.copy(
                    answered, new ShadowCopy("r-" + i, "2", false, Comparison.getDefaultInstance()), 1_000_000_000);
        }

        // Then
        assertThat(shadows.counts("r-0")).isEmpty();
        assertThat(shadows.counts("r-1")).isPresent();
        assertThat(shadows.counts("r-" + Shadows.TALLIES_MAX)).isPresent();
    }

    private static CompletionStage<Reply> later(List<CompletableFuture<Reply>> waiting) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        waiting.add(reply);
        return reply;
    }

    /** Version 2 calls its outputs something else. */
    private static ModelInferResponse answer(ModelInferRequest request) {
        ModelInferResponse answer = Requests.answer(request);
        return request.getModelVersion().equals("1")
                ? answer
                : answer.toBuilder()
                        .setOutputs(0, answer.getOutputs(0).toBuilder().setName("another"))
                        .build();
    }

    private void shadow(int share, int twin) {
        Command create = Commands.create("r", 5_000, "");
        gateway.fold.apply(
                new LogEntry(
                        7,
                        0,
                        create.toBuilder()
                                .setCreate(create.getCreate().toBuilder()
                                        .clearSteps()
                                        .setShadow(Shadow.newBuilder()
                                                .setShareBasisPoints(share)
                                                .setTwinBasisPoints(twin)))
                                .build()),
                0,
                true);
    }
}
