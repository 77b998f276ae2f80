package io.bellwether.worker.telemetry;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.telemetry.TopScoreScale;
import io.bellwether.worker.model.ModelKind;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns tensors of one model into bins: predictions and scores from outputs, features from inputs, rows with NaN or infinity
 * among the outputs. Immutable; any thread may use it.
 *
 * <p>Of classes the score is the largest one, in the bins of {@link TopScoreScale}; a single score is counted in the edges
 * that the model declares, once as its prediction and once as its score.
 */
public final class Tally {
    private static final int[] NONE = {};
    private static final FrozenBins TOP_SCORES = new FrozenBins(TopScoreScale.edges());

    private final ModelSpec spec;
    private final int predictionOutput;
    private final int classes;
    private final @Nullable FrozenBins scoreBins;
    private final FrozenBins[] featureEdges;
    private final int[] featureInputs;

    public Tally(ModelSpec spec) {
        this.spec = spec;
        PredictionSpec prediction = spec.prediction().orElse(null);
        this.predictionOutput = prediction == null ? -1 : indexOf(spec.answers(), prediction.output());
        this.classes = prediction instanceof PredictionSpec.Classes some ? some.classes() : 0;
        this.scoreBins = prediction instanceof PredictionSpec.Score score ? new FrozenBins(score.edges()) : null;
        List<FeatureSpec> features = spec.features();
        this.featureEdges = new FrozenBins[features.size()];
        this.featureInputs = new int[features.size()];
        for (int i = 0; i < features.size(); i++) {
            featureEdges[i] = new FrozenBins(features.get(i).edges());
            featureInputs[i] = indexOf(spec.inputs(), features.get(i).input());
        }
    }

    /**
     * Where the rows of one request fall.
     *
     * @param inputs one buffer for each declared input, holding exactly these rows from its position on
     * @param outputs the same for each declared output
     * @param predicts whether one of the rows speaks for the prediction of the request: not in a part of a larger one,
     *     other than the first
     */
    public RowBins bins(List<ByteBuffer> inputs, List<ByteBuffer> outputs, int rows, boolean predicts) {
        if (!predicts || predictionOutput < 0) {
            return new RowBins(NONE, -1, features(inputs, rows));
        }
        int[] prediction = prediction(outputs, rows);
        return new RowBins(prediction, score(outputs, prediction[0]), features(inputs, rows));
    }

    /** The bin of the first row's score, whose prediction is known. */
    private int score(List<ByteBuffer> outputs, int prediction) {
        if (scoreBins != null) {
            return prediction;
        }
        double top = prediction < classes
                ? Elements.at(spec.answers().get(predictionOutput).type(), outputs.get(predictionOutput), prediction)
                : Double.NaN;
        return TOP_SCORES.bin(top);
    }

    /**
     * The prediction bin of each row. Classes: the index of the largest score, the first of equal ones, or one past the
     * last class when a score is NaN. Score: its frozen bin.
     *
     * @param outputs one buffer for each declared output, holding exactly these rows from its position on
     */
    int[] prediction(List<ByteBuffer> outputs, int rows) {
        if (predictionOutput < 0) {
            return NONE;
        }
        TensorSpec output = spec.answers().get(predictionOutput);
        ByteBuffer data = outputs.get(predictionOutput);
        int[] bins = new int[rows];
        for (int row = 0; row < rows; row++) {
            bins[row] = scoreBins != null
                    ? scoreBins.bin(Elements.at(output.type(), data, row))
                    : largest(output.type(), data, row * classes);
        }
        return bins;
    }

    /**
     * The vector of the first row, where the answers of the model are embeddings; other models have none, also where their
     * outputs are vectors, because nobody has said that distances between these mean something.
     *
     * @param outputs one buffer for each declared output, holding exactly these rows from its position on
     */
    public Optional<FloatBuffer> embedding(List<ByteBuffer> outputs, int rows) {
        if (!(spec.kind() instanceof ModelKind.TextEmbedding)) {
            return Optional.empty();
        }
        FloatBuffer data =
                outputs.get(0).duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        return Optional.of(data.limit(data.remaining() / rows));
    }

    /**
     * For each feature the bin of each row.
     *
     * @param inputs one buffer for each declared input, holding exactly these rows from its position on
     */
    int[][] features(List<ByteBuffer> inputs, int rows) {
        int[][] bins = new int[featureEdges.length][];
        for (int i = 0; i < bins.length; i++) {
            TensorSpec input = spec.inputs().get(featureInputs[i]);
            ByteBuffer data = inputs.get(featureInputs[i]);
            int elements = Elements.perRow(input.type(), data, rows);
            bins[i] = new int[rows];
            for (int row = 0; row < rows; row++) {
                double value = Elements.summary(
                        spec.features().get(i).summary(), input.type(), data, row * elements, elements);
                bins[i][row] = featureEdges[i].bin(value);
            }
        }
        return bins;
    }

    /** Rows with a NaN or an infinity in any floating-point output. */
    public int nonfiniteRows(List<ByteBuffer> outputs, int rows) {
        int nonfinite = 0;
        for (int row = 0; row < rows; row++) {
            nonfinite += hasNonfinite(outputs, row, rows) ? 1 : 0;
        }
        return nonfinite;
    }

    List<String> predictionNames() {
        return spec.prediction().map(prediction -> List.of(prediction.output())).orElse(List.of());
    }

    List<String> featureNames() {
        return spec.features().stream().map(FeatureSpec::name).toList();
    }

    int predictionBins() {
        return scoreBins != null ? scoreBins.count() : classes == 0 ? 0 : classes + 1;
    }

    /** Bins of the score; 0 where no prediction is counted. */
    int scoreBins() {
        return scoreBins != null ? scoreBins.count() : classes == 0 ? 0 : TopScoreScale.bins();
    }

    /** Name of the scale of the score: scores are only compared with those of the same scale. */
    String scoreScale() {
        return spec.prediction().orElse(null) instanceof PredictionSpec.Score score
                ? "declared-%08x".formatted(score.edges().hashCode())
                : TopScoreScale.NAME;
    }

    int[] featureBins() {
        int[] counts = new int[featureEdges.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = featureEdges[i].count();
        }
        return counts;
    }

    private boolean hasNonfinite(List<ByteBuffer> outputs, int row, int rows) {
        for (int i = 0; i < outputs.size(); i++) {
            ElementType type = spec.answers().get(i).type();
            int elements = Elements.perRow(type, outputs.get(i), rows);
            if (Elements.floating(type) && Elements.hasNonfinite(type, outputs.get(i), row * elements, elements)) {
                return true;
            }
        }
        return false;
    }

    private int largest(ElementType type, ByteBuffer data, int from) {
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            double score = Elements.at(type, data, from + i);
            if (Double.isNaN(score)) {
                return classes;
            }
            if (score > bestScore) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }

    private static int indexOf(List<TensorSpec> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no tensor is called " + name);
    }
}
