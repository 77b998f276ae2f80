package io.bellwether.worker;

import com.google.protobuf.ByteString;
import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.model.Hosting;
import io.bellwether.worker.model.ModelKind;
import io.bellwether.worker.model.ModelKind.Channels;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelKind.Images;
import io.bellwether.worker.model.ModelKind.Pooling;
import io.bellwether.worker.model.ModelKind.Resize;
import io.bellwether.worker.model.ModelKind.Scores;
import io.bellwether.worker.model.ModelKind.TextClassification;
import io.bellwether.worker.model.ModelKind.TextEmbedding;
import io.bellwether.worker.model.ModelKind.Texts;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import io.bellwether.worker.model.ModelSpec.Summary;
import io.bellwether.worker.model.NanPolicy;
import io.bellwether.worker.model.Parallelism;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model with an input x of two floats and an output y of two scores, and requests to it. */
public final class Samples {
    public static final String MODEL = "sample";
    /** Longest input of {@link #textSpec}. */
    public static final int TOKENS_MAX = 6;
    /** Names of the two classes. */
    public static final List<String> LABELS = List.of("low", "high");

    private static final Texts TEXTS = new Texts("tokenizer.json", TOKENS_MAX);

    private Samples() {}

    public static ModelSpec spec(int maxBatchSize, int queueRequestsMax) {
        return spec(maxBatchSize, queueRequestsMax, NanPolicy.PASS);
    }

    public static ModelSpec spec(int maxBatchSize, int queueRequestsMax, NanPolicy nanPolicy) {
        return new ModelSpec(
                maxBatchSize,
                List.of(new TensorSpec("x", ElementType.FP32, List.of(2L))),
                List.of(new TensorSpec("y", ElementType.FP32, List.of(2L))),
                Parallelism.ONE,
                ComputeDevice.CPU,
                queueRequestsMax,
                2000,
                Optional.of(new PredictionSpec.Classes("y", 2)),
                List.of(new FeatureSpec("x_mean", "x", Summary.MEAN, List.of(1.0, 2.0))),
                Map.of(),
                new ModelKind.Tensors(),
                Optional.empty(),
                nanPolicy,
                Hosting.DEFAULT);
    }

    /** The same with other numbers of instances and threads. */
    public static ModelSpec with(ModelSpec spec, Parallelism parallelism) {
        return new ModelSpec(
                spec.maxBatchSize(),
                spec.inputs(),
                spec.outputs(),
                parallelism,
                spec.device(),
                spec.queueRequestsMax(),
                spec.timeoutMillis(),
                spec.prediction(),
                spec.features(),
                spec.labels(),
                spec.kind(),
                spec.classLabels(),
                spec.nanPolicy(),
                spec.hosting());
    }

    /** A model that turns text into vectors of two numbers; its program takes ids and a mask. */
    public static ModelSpec textSpec(int maxBatchSize, Pooling pooling, boolean normalize) {
        return textSpec(maxBatchSize, new TextEmbedding(TEXTS, pooling, normalize), List.of(-1L, 2L));
    }

    /** A model that says of a text to which of two classes it belongs. */
    public static ModelSpec textClassifier(int maxBatchSize, Scores scores) {
        return textSpec(maxBatchSize, new TextClassification(TEXTS, scores), List.of(2L));
    }

    /** A model that says of a picture of 2 x 2 pixels to which of two classes it belongs; its program returns sums. */
    public static ModelSpec imageClassifier(int maxBatchSize) {
        Images images = new Images(List.of(), List.of(), Channels.RGB, Resize.STRETCH, 64);
        return kindSpec(
                maxBatchSize,
                new ImageClassification(images, Scores.NONE),
                List.of(new TensorSpec("pixels", ElementType.FP32, List.of(3L, 2L, 2L))),
                List.of(2L));
    }

    private static ModelSpec textSpec(int maxBatchSize, ModelKind kind, List<Long> outputShape) {
        return kindSpec(
                maxBatchSize,
                kind,
                List.of(
                        new TensorSpec(Texts.IDS, ElementType.INT64, List.of(-1L)),
                        new TensorSpec(Texts.MASK, ElementType.INT64, List.of(-1L))),
                outputShape);
    }

    /** A model of plain tensors. */
    public static ModelSpec plain(int maxBatchSize, TensorSpec input, TensorSpec output) {
        return plain(maxBatchSize, input, output, Hosting.DEFAULT);
    }

    /** The same, kept in a certain way. */
    public static ModelSpec plain(int maxBatchSize, TensorSpec input, TensorSpec output, Hosting hosting) {
        return new ModelSpec(
                maxBatchSize,
                List.of(input),
                List.of(output),
                Parallelism.ONE,
                ComputeDevice.CPU,
                16,
                2000,
                Optional.empty(),
                List.of(),
                Map.of(),
                new ModelKind.Tensors(),
                Optional.empty(),
                NanPolicy.PASS,
                hosting);
    }

    private static ModelSpec kindSpec(
            int maxBatchSize, ModelKind kind, List<TensorSpec> inputs, List<Long> outputShape) {
        return new ModelSpec(
                maxBatchSize,
                inputs,
                List.of(new TensorSpec("states", ElementType.FP32, outputShape)),
                Parallelism.ONE,
                ComputeDevice.CPU,
                16,
                2000,
                Optional.empty(),
                List.of(),
                Map.of(),
                kind,
                Optional.empty(),
                NanPolicy.PASS,
                Hosting.DEFAULT);
    }

    /** A request whose rows are {@code values}; both elements of a row are the same. */
    public static ModelInferRequest request(String version, float... values) {
        return ModelInferRequest.newBuilder()
                .setModelName(MODEL)
                .setModelVersion(version)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(values.length)
                        .addShape(2))
                .addRawInputContents(raw(values))
                .build();
    }

    /** The same, which says itself where it counts. */
    public static ModelInferRequest request(Origin origin, float... values) {
        ModelInferRequest.Builder request = request("1", values).toBuilder();
        HopParameters.write(origin, request);
        return request.build();
    }

    public static ByteString raw(float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value).putFloat(value);
        }
        return ByteString.copyFrom(data.flip());
    }

    /** First score of each row. The synthetic engine answers the sum of a row, then the sum plus one. */
    public static float[] firstScores(ModelInferResponse response) {
        ByteBuffer data =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] scores = new float[data.remaining() / 8];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = data.getFloat(i * 8);
        }
        return scores;
    }
}
