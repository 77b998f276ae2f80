package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.batching.Lane;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.EmbeddingSample;
import io.bellwether.worker.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Texts in, vectors out, with the synthetic engine and its tokenizer: a word is a token whose id is its length, 1 stands
 * before and 2 after the words. Element e of what the program says of an item is the sum of the item's ids plus e, two
 * elements a token; so with n tokens the mean is the sum plus n - 1, and one more.
 */
class TextEmbeddingTest {
    private EdgeFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = EdgeFixture.withTexts();
    }

    @AfterEach
    void stop() throws InterruptedException {
        worker.close();
    }

    @Test
    void aTextBecomesAVector() {
        // When: ids 1, 5, 2
        ModelInferResponse response = worker.blocking().modelInfer(texts("hello"));

        // Then
        assertThat(response.getOutputs(0).getName()).isEqualTo("embedding");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(vectors(response)).containsExactly(8 + 2, 8 + 3);
        assertThat(response.getParametersMap().get("prompt_tokens").getInt64Param())
                .isEqualTo(3);
    }

    @Test
    void textsOfDifferentLengthDoNotDisturbEachOther() {
        // When: the first row is filled up to the length of the second, and padding does not count
        ModelInferResponse response = worker.blocking().modelInfer(texts("hello", "to be or"));

        // Then
        assertThat(vectors(response)).containsExactly(8 + 2, 8 + 3, 9 + 4, 9 + 5);
        assertThat(response.getParametersMap().get("prompt_tokens").getInt64Param())
                .isEqualTo(3 + 5);
    }

    @Test
    void requestsOfNearlyTheSameLengthShareABatch() {
        // Given: an execution that holds the only instance until both others wait
        CountDownLatch gate = worker.engine.hold();
        Sent first = worker.send(texts("a"));
        worker.awaitInFlight(1);
        worker.awaitQueued(Lane.REST, 0);
        Sent second = worker.send(texts("hello"));
        Sent third = worker.send(texts("to be"));
        worker.awaitQueued(Lane.REST, 2);

        // When
        gate.countDown();

        // Then
        assertThat(vectors(first.answer().join())).containsExactly(4 + 2, 4 + 3);
        assertThat(vectors(second.answer().join())).containsExactly(8 + 2, 8 + 3);
        assertThat(vectors(third.answer().join())).containsExactly(7 + 3, 7 + 4);
        assertThat(worker.engine.batchSizes()).endsWith(2);
    }

    @Test
    void aLongTextIsCutToTheLimit() {
        // When: six tokens at most, so four words
        ModelInferResponse response = worker.blocking().modelInfer(texts("a a a a a a a a a"));

        // Then
        assertThat(response.getParametersMap().get("prompt_tokens").getInt64Param())
                .isEqualTo(Samples.TOKENS_MAX);
        assertThat(vectors(response)).containsExactly(7 + 5, 7 + 6);
    }

    @Test
    void aColumnOfTextsIsTakenToo() {
        ModelInferRequest request = texts("hello").toBuilder()
                .setInputs(0, texts("hello").getInputs(0).toBuilder().addShape(1))
                .build();
        assertThat(vectors(worker.blocking().modelInfer(request))).containsExactly(8 + 2, 8 + 3);
    }

    @Test
    void tokensOfTheClientsOwnAreTaken() {
        // When: the same as hello
        ModelInferResponse response = worker.blocking().modelInfer(tokens(List.of(1L, 5L, 2L), List.of(1L, 1L, 1L)));

        // Then
        assertThat(vectors(response)).containsExactly(8 + 2, 8 + 3);
        assertThat(response.getParametersMap()).doesNotContainKey("prompt_tokens");
    }

    @Test
    void tokenInputsThatDoNotFitAreRefusedWithWhatWasExpected() {
        refused(tokens(List.of(1L, 5L, 2L), List.of(1L, 1L)), "give all of them the same shape");
        refused(
                tokens(List.of(1L, 1L, 1L, 1L, 1L, 1L, 1L), List.of(1L, 1L, 1L, 1L, 1L, 1L, 1L)),
                "takes at most 6 tokens a row; given are 7");
    }

    @Test
    void textInputsThatDoNotFitAreRefusedWithWhatWasExpected() {
        ModelInferRequest hello = texts("hello");
        refused(
                hello.toBuilder()
                        .setRawInputContents(
                                0, BytesTensor.raw(List.of(ByteString.copyFrom(new byte[] {(byte) 0xc3, 0x28}))))
                        .build(),
                "has bytes in row 0 that are not UTF-8");
        refused(
                hello.toBuilder()
                        .addInputs(tokens(List.of(1L), List.of(1L)).getInputs(0))
                        .addRawInputContents(longs(List.of(1L)))
                        .build(),
                "goes alone");
        refused(texts(Collections.nCopies(129, "").toArray(String[]::new)), "batch-size must be <= 128");
        refused(
                hello.toBuilder()
                        .setInputs(0, hello.getInputs(0).toBuilder().setDatatype("INT64"))
                        .setRawInputContents(0, longs(List.of(1L)))
                        .build(),
                "expects 'BYTES'");
    }

    @Test
    void metadataShowsWhatClientsSend() {
        // When
        ModelMetadataResponse metadata = worker.blocking()
                .modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(Samples.MODEL).build());

        // Then
        assertThat(metadata.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(metadata.getInputsList()).hasSize(1);
        assertThat(metadata.getInputs(0).getName()).isEqualTo("text");
        assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(metadata.getOutputs(0).getName()).isEqualTo("embedding");
        assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, 2L);
        assertThat(worker.version("1").queue(Lane.REST).queuedRequests()).isZero();
    }

    @Test
    void ofComparedVectorsSketchesAreToldInTelemetry() {
        // Given two texts of a compared request, of which the first speaks, and a request that is not compared
        ModelInferRequest.Builder compared = texts("hello", "to be or").toBuilder();
        HopParameters.write(new Origin(5, "CONTROL", "r1", ""), compared);

        // When
        ModelInferResponse response = worker.blocking().modelInfer(compared.build());
        ModelInferResponse unused = worker.blocking().modelInfer(texts("hello"));

        // Then
        List<CellCounts> cells = worker.version("1").cells().snapshot(100, true).getCellsList();
        assertThat(cells).hasSize(2).filteredOn(CellCounts::hasEmbeddings).hasSize(1);
        EmbeddingSample sample = cells.stream()
                .filter(CellCounts::hasEmbeddings)
                .findFirst()
                .orElseThrow()
                .getEmbeddings();
        float[] first = Arrays.copyOf(vectors(response), 2);
        assertThat(sample.getSeen()).isEqualTo(1);
        assertThat(sample.getDimensions()).isEqualTo(2);
        assertThat(sample.getRows().toByteArray())
                .isEqualTo(EmbeddingSketch.of(FloatBuffer.wrap(first)).orElseThrow());
    }

    private void refused(ModelInferRequest request, String text) {
        assertThatThrownBy(() -> worker.blocking().modelInfer(request)).hasMessageContaining(text);
    }

    private static ModelInferRequest texts(String... texts) {
        List<ByteString> elements = Arrays.stream(texts)
                .map(text -> ByteString.copyFromUtf8(String.valueOf(text)))
                .toList();
        return ModelInferRequest.newBuilder()
                .setModelName(Samples.MODEL)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(texts.length))
                .addRawInputContents(BytesTensor.raw(elements))
                .build();
    }

    private static ModelInferRequest tokens(List<Long> ids, List<Long> mask) {
        return ModelInferRequest.newBuilder()
                .setModelName(Samples.MODEL)
                .addInputs(input("input_ids", ids.size()))
                .addInputs(input("attention_mask", mask.size()))
                .addRawInputContents(longs(ids))
                .addRawInputContents(longs(mask))
                .build();
    }

    private static ModelInferRequest.InferInputTensor input(String name, int tokens) {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype("INT64")
                .addShape(1)
                .addShape(tokens)
                .build();
    }

    private static ByteString longs(List<Long> values) {
        ByteBuffer data = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(data::putLong);
        return UnsafeByteOperations.unsafeWrap(data.flip());
    }

    private static float[] vectors(ModelInferResponse response) {
        ByteBuffer data =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(values);
        return values;
    }
}
