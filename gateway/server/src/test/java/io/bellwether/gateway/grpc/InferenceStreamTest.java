package io.bellwether.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.Await;
import io.bellwether.gateway.Collected;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelStreamInferResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InferenceStreamTest {
    private static final int TEXTS = 120;

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1");
    private final EdgeFixture gateway = new EdgeFixture(worker);
    private final Map<String, CompletableFuture<Reply>> held = new ConcurrentHashMap<>();
    private final Collected<ModelStreamInferResponse> answers = new Collected<>();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    @DisplayName("2.3 ModelStreamInfer: an infer_response for each request")
    void requestsAreAnsweredAsTheyFinish() {
        // Given
        worker.behaviour = this::hold;
        StreamObserver<ModelInferRequest> stream = open();
        stream.onNext(request("a"));
        stream.onNext(request("b"));
        Await.until("both are at the worker", () -> held.size() == 2);

        // When
        finish("b");
        Await.until("one is answered", () -> answers.messages.size() == 1);
        finish("a");
        Await.until("both are answered", () -> answers.messages.size() == 2);

        // Then
        assertThat(ids()).containsExactly("b", "a");
        assertThat(answers.messages.get(0).getInferResponse().getRawOutputContents(0))
                .isEqualTo(Requests.floats(4f));
        assertThat(answers.completed).isFalse();
    }

    @Test
    @DisplayName("2.3 ModelStreamInfer: a failure is an error_message and ends nothing")
    void anErrorOfOneRequestDoesNotEndTheStream() {
        // Given
        StreamObserver<ModelInferRequest> stream = open();

        // When
        stream.onNext(request("bad").toBuilder().setModelName("x").build());
        stream.onNext(request("good"));
        stream.onCompleted();
        Await.until("the stream ends", () -> answers.completed);

        // Then
        ModelStreamInferResponse bad = byId("bad");
        assertThat(bad.getErrorMessage()).isEqualTo("Request for unknown model: 'x' is not found");
        assertThat(bad.getInferResponse()
                        .getParametersOrThrow(WireNames.PARAMETER_REASON)
                        .getStringParam())
                .isEqualTo("MODEL_NOT_FOUND");
        assertThat(bad.getInferResponse().getParametersMap()).containsOnlyKeys(WireNames.PARAMETER_REASON);
        assertThat(byId("good").getErrorMessage()).isEmpty();
        assertThat(byId("good").getInferResponse().getModelVersion()).isEqualTo("1");
        assertThat(byId("good").getInferResponse().getParametersMap())
                .isEqualTo(Map.of(
                        WireNames.PARAMETER_ARM,
                        InferParameter.newBuilder()
                                .setStringParam("STABLE_REST")
                                .build(),
                        WireNames.PARAMETER_ROUTE_VERSION,
                        InferParameter.newBuilder().setInt64Param(-1).build()));
        assertThat(byId("good").getInferResponse().getOutputsCount()).isEqualTo(1);
    }

    @Test
    void anErrorThatWillPassSaysWhenToComeBack() {
        // Given
        worker.fails(FailureReason.QUEUE_FULL, "words", true);
        StreamObserver<ModelInferRequest> stream = open();

        // When
        stream.onNext(request("later"));
        stream.onNext(request("never").toBuilder().setModelName("x").build());
        stream.onCompleted();
        Await.until("the stream ends", () -> answers.completed);

        // Then
        assertThat(byId("later")
                        .getInferResponse()
                        .getParametersOrThrow("bellwether_retry_after_ms")
                        .getInt64Param())
                .isEqualTo(1_000);
        assertThat(byId("never").getInferResponse().getParametersMap()).doesNotContainKey("bellwether_retry_after_ms");
    }

    @Test
    void aStreamIsReadOnlyAsFarAsItIsAnswered() {
        // Given
        worker.behaviour = this::hold;
        StreamObserver<ModelInferRequest> stream = open();
        List<String> sent = List.of("0", "1", "2", "3", "4");

        // When
        sent.forEach(id -> stream.onNext(request(id)));
        stream.onCompleted();
        Await.until("the limit is reached", () -> held.size() == EdgeFixture.STREAM_REQUESTS_MAX);
        gateway.get("/v2/health/live");
        int before = held.size();
        finish("1");
        Await.until("the next is read", () -> held.containsKey("3"));

        // Then
        assertThat(before).isEqualTo(EdgeFixture.STREAM_REQUESTS_MAX);
        assertThat(held).doesNotContainKey("4");
        List.of("0", "2", "3").forEach(this::finish);
        Await.until("the last is read", () -> held.containsKey("4"));
        finish("4");
        Await.until("the stream ends", () -> answers.completed);
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(gateway.inference.inFlight()).isZero();
        assertThat(gateway.inference.bodies().bytes()).isZero();
    }

    @Test
    @DisplayName("2.1 triton_enable_empty_final_response: the answer carries triton_final_response")
    void theLastAnswerOfARequestIsMarkedWhereTheClientAsks() {
        // Given
        StreamObserver<ModelInferRequest> stream = open();
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        ModelInferRequest asks = request("asks").toBuilder()
                .putParameters(WireNames.PARAMETER_MARK_FINAL, yes)
                .build();

        // When
        stream.onNext(asks);
        stream.onNext(asks.toBuilder().setId("fails").setModelName("x").build());
        stream.onNext(request("does not"));
        stream.onCompleted();
        Await.until("the stream ends", () -> answers.completed);

        // Then
        assertThat(byId("asks").getInferResponse().getParametersMap()).containsEntry(WireNames.PARAMETER_FINAL, yes);
        assertThat(byId("fails").getInferResponse().getParametersMap()).containsEntry(WireNames.PARAMETER_FINAL, yes);
        assertThat(byId("does not").getInferResponse().getParametersMap()).doesNotContainKey(WireNames.PARAMETER_FINAL);
    }

    @Test
    void aClientThatLeavesCancelsEverythingOfItsStream() {
        // Given
        worker.behaviour = this::hold;
        Context.CancellableContext client = Context.current().withCancellation();
        client.run(() -> {
            StreamObserver<ModelInferRequest> stream = open();
            stream.onNext(request("a"));
            stream.onNext(request("b"));
        });
        Await.until("both are at the worker", () -> held.size() == 2);

        // When
        client.cancel(null);

        // Then
        Await.until("the worker hears of it", () -> worker.cancelled.get() == 2);
        Await.until("nothing is held", () -> gateway.inference.bodies().bytes() == 0);
        assertThat(gateway.inference.inFlight()).isZero();
    }

    @Test
    void theNumberOfStreamsHasALimitAndAnEndedOneMakesRoom() {
        // Given
        StreamObserver<ModelInferRequest> first = open();
        first.onNext(request("first"));
        Collected<ModelStreamInferResponse> others = new Collected<>();
        StreamObserver<ModelInferRequest> second = stub().modelStreamInfer(others);
        second.onNext(request("second"));
        Await.until("both streams are open", () -> answers.messages.size() + others.messages.size() == 2);

        // When
        Collected<ModelStreamInferResponse> refused = new Collected<>();
        StreamObserver<ModelInferRequest> unused = stub().modelStreamInfer(refused);
        Await.until("the third is refused", () -> refused.failure != null);
        first.onCompleted();
        Await.until("the first ends", () -> answers.completed);
        Collected<ModelStreamInferResponse> later = new Collected<>();
        StreamObserver<ModelInferRequest> fourth = stub().modelStreamInfer(later);
        fourth.onNext(request("fourth"));
        Await.until("the fourth is served", () -> later.messages.size() == 1);

        // Then
        assertThat(Status.fromThrowable(refused.failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Status.fromThrowable(refused.failure).getDescription()).contains("2 streams are open");
        assertThat(unused).isNotNull();
    }

    @Test
    void messagesCountAtWhatTheyTakeAsObjectsAndNotAtTheirBytesOnTheWire() {
        // Given: texts of one byte, which take 65 bytes each
        worker.behaviour = this::hold;
        StreamObserver<ModelInferRequest> stream = open();
        int onTheWire = texts("first").getSerializedSize();

        // When
        stream.onNext(texts("first"));
        Await.until("one is at the worker", () -> held.size() == 1);
        long bytes = gateway.inference.bodies().bytes();
        stream.onNext(texts("second"));
        Await.until("the other is answered", () -> answers.messages.size() == 1);

        // Then
        assertThat(2 * onTheWire).isLessThan(EdgeFixture.BODY_BYTES_HELD_MAX / 5);
        assertThat(bytes).isBetween(65L * TEXTS, (long) EdgeFixture.BODY_BYTES_HELD_MAX);
        assertThat(byId("second")
                        .getInferResponse()
                        .getParametersOrThrow(WireNames.PARAMETER_REASON)
                        .getStringParam())
                .isEqualTo("QUEUE_FULL");
        assertThat(held).containsOnlyKeys("first");

        // When
        finish("first");
        Await.until("both are answered", () -> answers.messages.size() == 2);

        // Then
        assertThat(gateway.inference.bodies().bytes()).isZero();
    }

    @Test
    void aStreamWithoutRequestsEndsWhenTheClientSaysSo() {
        // When
        open().onCompleted();

        // Then
        Await.until("the stream ends", () -> answers.completed);
        assertThat(answers.messages).isEmpty();
    }

    private StreamObserver<ModelInferRequest> open() {
        return stub().modelStreamInfer(answers);
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceStub stub() {
        return GRPCInferenceServiceGrpc.newStub(gateway.channel);
    }

    private CompletionStage<Reply> hold(ModelInferRequest request) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        held.put(request.getId(), reply);
        return reply;
    }

    private void finish(String id) {
        held.get(id).complete(FakeWorkerLink.answered(Requests.answer(request(id))));
    }

    private static ModelInferRequest request(String id) {
        return Requests.raw("m", "").toBuilder().setId(id).build();
    }

    private static ModelInferRequest texts(String id) {
        ModelInferRequest.InferInputTensor.Builder x = ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("BYTES")
                .addShape(TEXTS)
                .setContents(InferTensorContents.newBuilder()
                        .addAllBytesContents(Collections.nCopies(TEXTS, ByteString.copyFromUtf8("a"))));
        return ModelInferRequest.newBuilder()
                .setModelName("m")
                .setId(id)
                .addInputs(x)
                .build();
    }

    private List<String> ids() {
        return answers.messages.stream()
                .map(answer -> answer.getInferResponse().getId())
                .toList();
    }

    private ModelStreamInferResponse byId(String id) {
        return answers.messages.stream()
                .filter(answer -> answer.getInferResponse().getId().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
