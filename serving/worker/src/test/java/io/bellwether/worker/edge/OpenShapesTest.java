package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Lane;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.worker.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Models whose tensors have no batch dimension, and models whose dimensions are open. */
class OpenShapesTest {

    private static EdgeFixture worker(int maxBatchSize, List<Long> input, List<Long> output) throws IOException {
        boolean batched = maxBatchSize > 0;
        return EdgeFixture.with(Samples.plain(
                maxBatchSize,
                new TensorSpec("x", ElementType.FP32, input, batched),
                new TensorSpec("y", ElementType.FP32, output, batched)));
    }

    private static ModelInferRequest request(List<Long> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return ModelInferRequest.newBuilder()
                .setModelName(Samples.MODEL)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addAllShape(shape))
                .addRawInputContents(ByteString.copyFrom(data.flip()))
                .build();
    }

    private static List<Float> values(ModelInferResponse response) {
        ByteBuffer data =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<Float> values = new ArrayList<>();
        while (data.hasRemaining()) {
            values.add(data.getFloat());
        }
        return values;
    }

    @Test
    void withoutABatchDimensionTheWholeShapeIsShown() throws Exception {
        try (EdgeFixture worker = worker(0, List.of(2L, 3L), List.of(4L))) {
            // When
            ModelMetadataResponse metadata = worker.blocking()
                    .modelMetadata(ModelMetadataRequest.newBuilder()
                            .setName(Samples.MODEL)
                            .build());
            ModelConfig config = worker.blocking()
                    .modelConfig(ModelConfigRequest.newBuilder()
                            .setName(Samples.MODEL)
                            .build())
                    .getConfig();

            // Then
            assertThat(metadata.getInputs(0).getShapeList()).containsExactly(2L, 3L);
            assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(4L);
            assertThat(config.getMaxBatchSize()).isZero();
            assertThat(config.hasDynamicBatching()).isFalse();
            assertThat(config.getInput(0).getDimsList()).containsExactly(2L, 3L);
        }
    }

    @Test
    void withoutABatchDimensionEachRequestIsARun() throws Exception {
        try (EdgeFixture worker = worker(0, List.of(2L), List.of(2L))) {
            // Given: four requests that wait together
            CountDownLatch gate = worker.engine.hold();
            List<Sent> sent = new ArrayList<>();
            int before = worker.engine.batchSizes().size();
            sent.add(worker.send(request(List.of(2L), 1, 2)));
            worker.awaitInFlight(1);
            worker.awaitQueued(Lane.REST, 0);
            for (int i = 1; i < 4; i++) {
                sent.add(worker.send(request(List.of(2L), i, i)));
            }
            worker.awaitQueued(Lane.REST, 3);

            // When
            gate.countDown();
            List<ModelInferResponse> answers =
                    sent.stream().map(one -> one.answer().join()).toList();

            // Then: the synthetic engine answers the sum, then the sum plus one
            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.getOutputs(0).getShapeList()).containsExactly(2L));
            assertThat(answers.stream().map(OpenShapesTest::values))
                    .containsExactly(List.of(3f, 4f), List.of(2f, 3f), List.of(4f, 5f), List.of(6f, 7f));
            List<Integer> runs = worker.engine.batchSizes();
            assertThat(runs.subList(before, runs.size())).containsExactly(1, 1, 1, 1);
        }
    }

    @Test
    void aBatchDimensionThatTheModelDoesNotHaveIsRefused() throws Exception {
        try (EdgeFixture worker = worker(0, List.of(2L), List.of(2L))) {
            assertThatThrownBy(() -> worker.blocking().modelInfer(request(List.of(1L, 2L), 1, 2)))
                    .hasMessageContaining("INVALID_ARGUMENT")
                    .hasMessageContaining(
                            "unexpected shape for input 'x' for model 'sample'. Expected [2], got [1,2]. NOTE:");
        }
    }

    @Test
    void withoutABatchDimensionClassesHaveNoneEither() throws Exception {
        try (EdgeFixture worker = worker(0, List.of(2L), List.of(2L))) {
            // When
            ModelInferResponse answer = worker.blocking()
                    .modelInfer(request(List.of(2L), 1, 2).toBuilder()
                            .addOutputs(InferRequestedOutputTensor.newBuilder()
                                    .setName("y")
                                    .putParameters(
                                            "classification",
                                            InferParameter.newBuilder()
                                                    .setInt64Param(1)
                                                    .build()))
                            .build());

            // Then
            assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L);
            assertThat(answer.getRawOutputContents(0))
                    .isEqualTo(BytesTensor.raw(List.of(ByteString.copyFromUtf8("4.000000:1:high"))));
        }
    }

    @Test
    void openDimensionsTakeWhatComes() throws Exception {
        for (int maxBatchSize : new int[] {0, 4}) {
            boolean batched = maxBatchSize > 0;
            try (EdgeFixture worker = worker(maxBatchSize, List.of(-1L), List.of(-1L))) {
                // Then
                assertThat(worker.blocking()
                                .modelMetadata(ModelMetadataRequest.newBuilder()
                                        .setName(Samples.MODEL)
                                        .build())
                                .getInputs(0)
                                .getShapeList())
                        .isEqualTo(batched ? List.of(-1L, -1L) : List.of(-1L));
                for (int length : new int[] {1, 3, 0, 2, 100}) {
                    List<Long> shape = batched ? List.of(1L, (long) length) : List.of((long) length);
                    ModelInferResponse answer = worker.blocking().modelInfer(request(shape, new float[length]));
                    assertThat(answer.getOutputs(0).getShapeList())
                            .as("max_batch_size %d, length %d", maxBatchSize, length)
                            .isEqualTo(shape);
                    assertThat(values(answer)).hasSize(length);
                }
            }
        }
    }

    @Test
    void onlyEqualShapesShareAForward() throws Exception {
        try (EdgeFixture worker = worker(EdgeFixture.BATCH_MAX, List.of(-1L), List.of(1L))) {
            // Given: rows of one, two and three elements that wait together
            CountDownLatch gate = worker.engine.hold();
            List<Sent> sent = new ArrayList<>();
            int before = worker.engine.batchSizes().size();
            sent.add(worker.send(request(List.of(1L, 1L), 0)));
            worker.awaitInFlight(1);
            worker.awaitQueued(Lane.REST, 0);
            sent.add(worker.send(request(List.of(1L, 2L), 1, 2)));
            sent.add(worker.send(request(List.of(1L, 3L), 1, 2, 3)));
            sent.add(worker.send(request(List.of(2L, 2L), 3, 4, 5, 6)));
            sent.add(worker.send(request(List.of(1L, 2L), 7, 8)));
            worker.awaitQueued(Lane.REST, 4);

            // When
            gate.countDown();
            List<List<Float>> answers =
                    sent.stream().map(one -> values(one.answer().join())).toList();

            // Then: no row was filled up, and everybody has the sum of his own
            assertThat(answers).containsExactly(List.of(0f), List.of(3f), List.of(6f), List.of(7f, 11f), List.of(15f));
            List<Integer> runs = worker.engine.batchSizes();
            assertThat(runs.subList(before, runs.size()).stream()
                            .mapToInt(rows -> rows)
                            .sum())
                    .as("each row once, in runs of %s", runs)
                    .isEqualTo(6);
        }
    }

    @Test
    void aFixedDimensionBesideAnOpenOneIsHeld() throws Exception {
        try (EdgeFixture worker = worker(0, List.of(-1L, 2L), List.of(1L))) {
            assertThatThrownBy(() -> worker.blocking().modelInfer(request(List.of(1L, 3L), 1, 2, 3)))
                    .hasMessageContaining("Expected [-1,2], got [1,3]");
        }
    }
}
