package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Lane;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.worker.Samples;
import io.bellwether.worker.image.BlankImage;
import io.bellwether.worker.model.ModelKind.Scores;
import io.bellwether.worker.model.ModelSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Texts and pictures in, scores out, with the synthetic engine: the two scores of a row are the sum of its first input and
 * the sum plus one.
 */
class ClassificationTest {
    private @Nullable EdgeFixture started;

    @AfterEach
    void stop() throws InterruptedException {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void aTextGetsProbabilitiesAndTheNameOfItsClass() throws IOException {
        // Given: logits that are one apart
        EdgeFixture worker = start(Samples.textClassifier(EdgeFixture.BATCH_MAX, Scores.SOFTMAX));

        // When
        ModelInferResponse scores = worker.blocking().modelInfer(request("text", text("hello"), text("to be")));
        ModelInferResponse best = worker.blocking().modelInfer(classes(request("text", text("hello"))));

        // Then
        assertThat(scores.getOutputs(0).getName()).isEqualTo("scores");
        assertThat(scores.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        float likely = (float) (1 / (1 + Math.exp(-1)));
        assertThat(values(scores)[1]).isEqualTo(likely, within(1e-6f));
        assertThat(values(scores)[0] + values(scores)[1]).isEqualTo(1, within(1e-6f));
        assertThat(scores.getParametersMap().get("prompt_tokens").getInt64Param())
                .isEqualTo(3 + 4);
        assertThat(labels(best)).containsExactly("0.731059:1:high");
    }

    @Test
    void aPictureGetsTheScoresOfItsPixels() throws IOException {
        // Given
        EdgeFixture worker = start(Samples.imageClassifier(EdgeFixture.BATCH_MAX));

        // When: black, so all samples are 0
        ModelInferResponse scores =
                worker.blocking().modelInfer(request("image", BlankImage.png(5, 3), BlankImage.png(2, 2)));

        // Then
        assertThat(scores.getOutputs(0).getName()).isEqualTo("scores");
        assertThat(values(scores)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void pixelsOfTheClientsOwnAreTaken() throws IOException {
        // Given
        EdgeFixture worker = start(Samples.imageClassifier(EdgeFixture.BATCH_MAX));
        ByteBuffer pixels = ByteBuffer.allocate(12 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        pixels.putFloat(0, 0.5f);

        // When
        ModelInferResponse scores = worker.blocking()
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName(Samples.MODEL)
                        .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                                .setName("pixels")
                                .setDatatype("FP32")
                                .addAllShape(List.of(1L, 3L, 2L, 2L)))
                        .addRawInputContents(ByteString.copyFrom(pixels))
                        .build());

        // Then
        assertThat(values(scores)).containsExactly(0.5f, 1.5f);
    }

    @Test
    void aPictureOverTheLimitIsRefusedBeforeItWaits() throws IOException {
        // Given
        EdgeFixture worker = start(Samples.imageClassifier(EdgeFixture.BATCH_MAX));
        List<Integer> warmUps = worker.engine.batchSizes();

        // When, Then
        assertThatThrownBy(() ->
                        worker.blocking().modelInfer(request("image", BlankImage.png(8, 8), BlankImage.png(9, 8))))
                .hasMessageContaining("has 9 x 8 pixels; at most 64 are allowed")
                .hasMessageContaining("(row 1)");
        assertThat(worker.engine.batchSizes()).isEqualTo(warmUps);
    }

    @Test
    void aBrokenPictureFailsAloneAmongItsBatch() throws IOException {
        // Given: a picture whose head is whole, in one batch with a good one
        EdgeFixture worker = start(Samples.imageClassifier(EdgeFixture.BATCH_MAX));
        ByteString whole = BlankImage.png(5, 3);
        CountDownLatch gate = worker.engine.hold();
        Sent first = worker.send(request("image", whole));
        worker.awaitInFlight(1);
        worker.awaitQueued(Lane.REST, 0);
        Sent broken = worker.send(request("image", whole.substring(0, 40)));
        Sent good = worker.send(request("image", whole));
        worker.awaitQueued(Lane.REST, 2);

        // When
        gate.countDown();

        // Then
        assertThat(values(first.answer().join())).containsExactly(0, 1);
        assertThat(values(good.answer().join())).containsExactly(0, 1);
        assertThatThrownBy(() -> broken.answer().join())
                .hasMessageContaining("input 'image' of model 'sample' cannot be decoded")
                .hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void metadataShowsWhatClientsSend() throws IOException {
        // Given
        EdgeFixture worker = start(Samples.imageClassifier(EdgeFixture.BATCH_MAX));

        // When
        ModelMetadataResponse metadata = worker.blocking()
                .modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(Samples.MODEL).build());

        // Then
        assertThat(metadata.getInputs(0).getName()).isEqualTo("image");
        assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(metadata.getOutputs(0).getName()).isEqualTo("scores");
        assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, 2L);
    }

    private EdgeFixture start(ModelSpec spec) throws IOException {
        EdgeFixture fixture = EdgeFixture.with(spec);
        started = fixture;
        return fixture;
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ModelInferRequest request(String input, ByteString... elements) {
        return ModelInferRequest.newBuilder()
                .setModelName(Samples.MODEL)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName(input)
                        .setDatatype("BYTES")
                        .addShape(elements.length))
                .addRawInputContents(BytesTensor.raw(Arrays.asList(elements)))
                .build();
    }

    private static ModelInferRequest classes(ModelInferRequest request) {
        return request.toBuilder()
                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("scores")
                        .putParameters(
                                WireNames.PARAMETER_CLASSIFICATION,
                                InferParameter.newBuilder().setInt64Param(1).build()))
                .build();
    }

    private static List<String> labels(ModelInferResponse response) {
        return BytesTensor.elements(response.getRawOutputContents(0)).stream()
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static float[] values(ModelInferResponse response) {
        ByteBuffer data =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(values);
        return values;
    }
}
