package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Lane;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.RepositoryIndexResponse.ModelIndex;
import io.bellwether.protocol.oip.ServerLiveRequest;
import io.bellwether.protocol.oip.ServerMetadataRequest;
import io.bellwether.protocol.oip.ServerReadyRequest;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.worker.Samples;
import io.bellwether.worker.serving.VersionMoves;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InferenceServiceTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of("bellwether-reason", Metadata.ASCII_STRING_MARSHALLER);

    private EdgeFixture edge;

    @BeforeEach
    void start() throws Exception {
        edge = EdgeFixture.warmed();
    }

    @AfterEach
    void stop() throws InterruptedException {
        edge.close();
    }

    @Test
    void anAnswerCarriesItsTensorsRawAndWhatItCost() {
        // When
        ModelInferResponse response = edge.blocking()
                .modelInfer(Samples.request("2", 1, 5).toBuilder().setId("r-7").build());

        // Then
        assertThat(response.getModelName()).isEqualTo(Samples.MODEL);
        assertThat(response.getModelVersion()).isEqualTo("2");
        assertThat(response.getId()).isEqualTo("r-7");
        assertThat(response.getOutputs(0).getName()).isEqualTo("y");
        assertThat(response.getOutputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(Samples.firstScores(response)).containsExactly(2, 10);
        assertThat(response.getParametersOrThrow(HopParameters.WITNESS).getBoolParam())
                .isTrue();
        assertThat(response.getParametersOrThrow(HopParameters.DEVICE_NANOS).getInt64Param())
                .isEqualTo(1_200_000);
        assertThat(response.getParametersOrThrow(HopParameters.COST_PICO_USD).getInt64Param())
                .isEqualTo(1_200_000 / 90);
    }

    @Test
    void withoutAVersionTheLowestReadyOneAnswers() {
        assertThat(edge.blocking().modelInfer(Samples.request("", 1)).getModelVersion())
                .isEqualTo("1");

        VersionMoves.fail(edge.version("1"), "taken away by the test");

        assertThat(edge.blocking().modelInfer(Samples.request("", 1)).getModelVersion())
                .isEqualTo("2");
    }

    @Test
    void typedContentsAreTakenToo() {
        // Given
        ModelInferRequest typed = Samples.request("1", 3).toBuilder()
                .clearRawInputContents()
                .setInputs(
                        0,
                        Samples.request("1", 3).getInputs(0).toBuilder()
                                .setContents(InferTensorContents.newBuilder()
                                        .addFp32Contents(3)
                                        .addFp32Contents(4)))
                .build();

        // Then
        assertThat(Samples.firstScores(edge.blocking().modelInfer(typed))).containsExactly(7);
    }

    @Test
    void unknownModelsAndVersionsAreNotFound() {
        assertRefused(
                Samples.request("1", 1).toBuilder().setModelName("nope").build(),
                Status.Code.NOT_FOUND,
                FailureReason.MODEL_NOT_FOUND,
                "Request for unknown model: 'nope' is not found");
        assertRefused(
                Samples.request("9", 1),
                Status.Code.NOT_FOUND,
                FailureReason.MODEL_NOT_FOUND,
                "Request for unknown model: 'sample' version '9' is not found");
    }

    @Test
    void refusedVersionsAreUnavailable() {
        assertRefused(
                Samples.request("3", 1), Status.Code.UNAVAILABLE, FailureReason.NOT_READY, "version '3' is not ready");
        assertRefused(
                Samples.request("1", 1).toBuilder().setModelName("broken").build(),
                Status.Code.UNAVAILABLE,
                FailureReason.NOT_READY,
                "inputs is missing");
    }

    @Test
    @DisplayName("2.1, 2.4.7, 2.5 what does not fit the model: shape, batch, names, datatypes")
    void requestsThatDoNotFitTheModelAreInvalid() {
        assertInvalid(input("z", "FP32", 1, 2), "unexpected inference input 'z' for model 'sample'; it takes [x]");
        assertInvalid(
                input("x", "INT32", 1, 2),
                "inference input 'x' data-type is 'INT32', but model 'sample' expects 'FP32'");
        assertInvalid(
                input("x", "FP32", 2), "unexpected shape for input 'x' for model 'sample'. Expected [-1,2], got [2]");
        assertInvalid(input("x", "FP32", 2, 1), "Expected [-1,2], got [2,1]");
        assertInvalid(
                Samples.request("1", 1).toBuilder()
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("q"))
                        .build(),
                "unexpected inference output 'q' for model 'sample'; it gives [y]");
        assertInvalid(ModelInferRequest.newBuilder().setModelName(Samples.MODEL).build(), "");
    }

    @Test
    void sizesThatDoNotMatchTheShapeAreInvalid() {
        for (int bytes : new int[] {0, 7, 9, 16}) {
            assertInvalid(
                    input("x", "FP32", 1, 2).toBuilder()
                            .setRawInputContents(0, ByteString.copyFrom(new byte[bytes]))
                            .build(),
                    "'x'");
        }
        for (long rows : new long[] {0, -1, Long.MAX_VALUE}) {
            ModelInferRequest request = Samples.request("1", 1);
            StatusRuntimeException refusal = refusal(request.toBuilder()
                    .setInputs(0, request.getInputs(0).toBuilder().setShape(0, rows))
                    .build());
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void whatIsTooLargeIsSaidToBeTooLarge() {
        assertRefused(
                Samples.request("1", new float[EdgeFixture.BYTES_MAX / 8 + 1]),
                Status.Code.INVALID_ARGUMENT,
                FailureReason.TOO_LARGE,
                "");
    }

    @Test
    void whatIsLargerThanTheLargestBatchIsRunInParts() {
        // When
        ModelInferResponse response = edge.blocking().modelInfer(Samples.request("1", new float[20]));

        // Then
        assertThat(response.getOutputs(0).getShape(0)).isEqualTo(20);
        assertThat(edge.engine
                        .batchSizes()
                        .subList(
                                edge.engine.batchSizes().size() - 3,
                                edge.engine.batchSizes().size()))
                .containsExactly(6, 7, 7);
    }

    @Test
    @DisplayName("2.5 an item that makes the model throw fails alone; the others of its batch are served")
    void anInputThatTheModelCannotTakeFailsAlone() throws Exception {
        // Given
        edge.engine.failingOn(item -> item.getFloat(item.position()) == 666);
        CountDownLatch gate = edge.engine.hold();
        Sent first = edge.send(Samples.request("1", 1));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);
        Sent good = edge.send(Samples.request("1", 2));
        edge.awaitQueued(Lane.REST, 1);
        Sent bad = edge.send(Samples.request("1", 666));
        edge.awaitQueued(Lane.REST, 2);

        // When
        gate.countDown();

        // Then
        assertThat(Samples.firstScores(first.answer().get())).containsExactly(2);
        assertThat(Samples.firstScores(good.answer().get())).containsExactly(4);
        assertRefusal(
                failure(bad),
                Status.Code.INTERNAL,
                FailureReason.MODEL_FAILED,
                "model 'sample' version '1' failed on this input");
    }

    @Test
    @DisplayName("2.1 a full queue: Exceeds maximum queue size")
    void aFullQueueRefuses() throws Exception {
        // Given
        CountDownLatch gate = edge.engine.hold();
        List<Sent> taken = new ArrayList<>();
        taken.add(edge.send(Samples.request("1", 1)));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);
        for (int i = 1; i <= EdgeFixture.QUEUE_MAX; i++) {
            taken.add(edge.send(Samples.request("1", 1)));
            edge.awaitQueued(Lane.REST, i);
        }

        // Then: the other lane has a queue of its own
        assertRefused(
                Samples.request("1", 1),
                Status.Code.UNAVAILABLE,
                FailureReason.QUEUE_FULL,
                "Exceeds maximum queue size");
        taken.add(edge.send(Samples.request(new Origin(5, "CANDIDATE", "r", ""), 1)));
        gate.countDown();
        for (Sent one : taken) {
            assertThat(one.answer().get().getOutputsCount()).isEqualTo(1);
        }
    }

    @Test
    void moreRequestsThanTheWorkerHoldsAreRefused() throws Exception {
        // Given: the limit over all lanes and models is reached
        for (int i = 0; i < EdgeFixture.IN_FLIGHT_MAX; i++) {
            assertThat(edge.inFlight.enter(1)).isTrue();
        }

        // Then
        assertRefused(
                Samples.request("1", 1),
                Status.Code.UNAVAILABLE,
                FailureReason.QUEUE_FULL,
                "Exceeds maximum queue size");
        edge.inFlight.leave(1);
        assertThat(edge.blocking().modelInfer(Samples.request("1", 1)).getOutputsCount())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("2.1 a timeout in the queue: Request timeout expired")
    void aRequestThatWaitedTooLongIsAnsweredAndNeverRun() throws Exception {
        // Given: 30 ms from the parameter, in microseconds
        int runsBefore = edge.engine.batchSizes().size();
        CountDownLatch gate = edge.engine.hold();
        Sent running = edge.send(Samples.request("1", 1));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);
        Sent waiting = edge.send(Samples.request("1", 1).toBuilder()
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(30_000).build())
                .build());
        edge.awaitQueued(Lane.REST, 1);

        // When
        edge.nowNanos.addAndGet(29_999_999);
        edge.expire();
        assertThat(waiting.answer().isDone()).isFalse();
        edge.nowNanos.addAndGet(1);
        edge.expire();

        // Then
        assertRefusal(
                failure(waiting),
                Status.Code.DEADLINE_EXCEEDED,
                FailureReason.DEADLINE_EXCEEDED,
                "Request timeout expired");
        gate.countDown();
        assertThat(running.answer().get().getOutputsCount()).isEqualTo(1);
        assertThat(edge.engine.batchSizes()).hasSize(runsBefore + 1);
    }

    @Test
    void theDeadlineOfTheCallCounts() throws Exception {
        // Given
        CountDownLatch gate = edge.engine.hold();
        Sent running = edge.send(Samples.request("1", 1));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);

        // When
        Sent waiting = edge.sendWithin(50, Samples.request("1", 1));

        // Then
        assertThat(failure(waiting).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        edge.awaitQueued(Lane.REST, 0);
        edge.awaitInFlight(1);
        gate.countDown();
        assertThat(running.answer().get().getOutputsCount()).isEqualTo(1);
    }

    @Test
    void aClientThatGoesAwayTakesItsQueuedRequestAlong() throws Exception {
        // Given
        int runsBefore = edge.engine.batchSizes().size();
        CountDownLatch gate = edge.engine.hold();
        Sent running = edge.send(Samples.request("1", 1));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);
        Sent waiting = edge.send(Samples.request("1", 2));
        edge.awaitQueued(Lane.REST, 1);

        // When
        waiting.cancel();

        // Then
        edge.awaitQueued(Lane.REST, 0);
        edge.awaitInFlight(1);
        gate.countDown();
        assertThat(running.answer().get().getOutputsCount()).isEqualTo(1);
        assertThat(edge.engine.batchSizes()).hasSize(runsBefore + 1);
    }

    @Test
    void aStoppingWorkerFinishesWhatItTookAndTakesNothingNew() throws Exception {
        // Given
        CountDownLatch gate = edge.engine.hold();
        Sent running = edge.send(Samples.request("1", 1));
        edge.awaitInFlight(1);
        edge.awaitQueued(Lane.REST, 0);
        Sent queued = edge.send(Samples.request("1", 2));
        edge.awaitQueued(Lane.REST, 1);

        // When
        edge.inFlight.close();
        edge.models().versions().forEach(VersionMoves::drain);

        // Then
        assertThat(edge.blocking()
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isFalse();
        assertRefused(
                Samples.request("1", 1), Status.Code.UNAVAILABLE, FailureReason.NOT_READY, "the worker is stopping");
        gate.countDown();
        assertThat(running.answer().get().getOutputsCount()).isEqualTo(1);
        assertThat(queued.answer().get().getOutputsCount()).isEqualTo(1);
    }

    @Test
    void requestsAreCountedInTheCellThatTheirParametersName() {
        // When
        edge.blocking().modelInfer(Samples.request(new Origin(77, "CONTROL", "r1", "s1"), 1, 2));
        edge.blocking().modelInfer(Samples.request("1", 1));

        // Then
        edge.awaitInFlight(0);
        Snapshot snapshot = edge.version("1").cells().snapshot(2_000, true);
        assertThat(snapshot.getCellsList())
                .extracting(cell -> cell.getKey().getArm() + " " + cell.getKey().getRolloutId() + " "
                        + cell.getKey().getSegment() + " " + cell.getKey().getSlot() + " " + cell.getItems())
                .containsExactlyInAnyOrder("CONTROL r1 s1 77 2", "PINNED   1000 1");
        assertThat(snapshot.getWatermarkSlot()).isEqualTo(1_999);
    }

    @Test
    @DisplayName("2.1 ModelMetadata: the batch dimension is -1")
    void metadataDescribesTheModelWithItsBatchDimension() {
        // When
        ModelMetadataResponse metadata = edge.blocking()
                .modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(Samples.MODEL).build());

        // Then
        assertThat(metadata.getVersionsList()).containsExactly("1", "2", "3");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
        assertThat(metadata.getOutputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(metadata.getPlatform()).isEqualTo("pytorch_torchscript");
    }

    @Test
    void theIndexNamesWhatIsRefusedAndWhy() {
        // When
        List<ModelIndex> index = edge.blocking()
                .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsList();

        // Then
        assertThat(index)
                .extracting(line -> line.getName() + "/" + line.getVersion() + " " + line.getState())
                .containsExactly("sample/1 READY", "sample/2 READY", "sample/3 UNAVAILABLE", "broken/1 UNAVAILABLE");
        assertThat(index.get(2).getReason()).contains("not a TorchScript program");
        assertThat(index.get(3).getReason()).contains("inputs is missing");
        assertThat(edge.blocking()
                        .repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setReady(true)
                                .build())
                        .getModelsList())
                .hasSize(2);
    }

    @Test
    void theIndexOfAWorkerThatIsAboutToStopAsksForNoRequests() {
        // When
        edge.leaving = true;
        List<ModelIndex> index = edge.blocking()
                .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsList();

        // Then
        assertThat(index)
                .extracting(line -> line.getName() + "/" + line.getVersion() + " " + line.getState())
                .containsExactly(
                        "sample/1 UNLOADING", "sample/2 UNLOADING", "sample/3 UNAVAILABLE", "broken/1 UNAVAILABLE");
        assertThat(index.get(0).getReason()).contains("stopping");
        assertThat(edge.blocking()
                        .repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setReady(true)
                                .build())
                        .getModelsList())
                .isEmpty();
    }

    @Test
    void readinessIsToldForTheServerAndEachModel() {
        assertThat(edge.blocking()
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(edge.blocking()
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(modelReady(Samples.MODEL, "")).isTrue();
        assertThat(modelReady(Samples.MODEL, "2")).isTrue();
        assertThat(modelReady(Samples.MODEL, "3")).isFalse();
        assertThat(modelReady("nope", "")).isFalse();
        assertThat(edge.blocking()
                        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getVersion())
                .isEqualTo("0.0.0-test");
    }

    private boolean modelReady(String model, String version) {
        return edge.blocking()
                .modelReady(ModelReadyRequest.newBuilder()
                        .setName(model)
                        .setVersion(version)
                        .build())
                .getReady();
    }

    private static ModelInferRequest input(String name, String datatype, long... shape) {
        ModelInferRequest.InferInputTensor.Builder input =
                ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
        for (long size : shape) {
            input.addShape(size);
        }
        return ModelInferRequest.newBuilder()
                .setModelName(Samples.MODEL)
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(new byte[8]))
                .build();
    }

    private void assertInvalid(ModelInferRequest request, String text) {
        assertRefused(request, Status.Code.INVALID_ARGUMENT, FailureReason.INVALID_INPUT, text);
    }

    private void assertRefused(ModelInferRequest request, Status.Code code, FailureReason reason, String text) {
        assertRefusal(refusal(request), code, reason, text);
    }

    private StatusRuntimeException refusal(ModelInferRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> edge.blocking().modelInfer(request));
    }

    private static StatusRuntimeException failure(Sent sent) {
        ExecutionException thrown = catchThrowableOfType(
                ExecutionException.class, () -> sent.answer().get(20, TimeUnit.SECONDS));
        return (StatusRuntimeException) thrown.getCause();
    }

    private static void assertRefusal(
            StatusRuntimeException refusal, Status.Code code, FailureReason reason, String text) {
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription())
                .contains(text)
                .doesNotContain("Exception")
                .doesNotContain("io.bellwether")
                .doesNotContain("\n");
        assertThat(Objects.requireNonNull(refusal.getTrailers()).get(REASON)).isEqualTo(reason.name());
    }
}
