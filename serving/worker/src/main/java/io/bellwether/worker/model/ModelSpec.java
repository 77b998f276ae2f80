package io.bellwether.worker.model;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code model.yaml} says about a model; the same for all of its versions, except {@code labels}.
 *
 * @param maxBatchSize most rows that one forward may take, up to 1024; 0 when the tensors have no batch dimension and each request
 *     is a forward of its own
 * @param inputs tensors that a request must bring; a dimension of -1 varies
 * @param outputs tensors that the model answers with, in the order the model returns them
 * @param parallelism runner threads for each lane and threads inside an operation, 1 to 64 each or to be found out
 * @param device where the model runs
 * @param queueRequestsMax requests that may wait in each lane
 * @param timeoutMillis deadline of a request that brings none
 * @param prediction which output is the prediction, for drift; empty if none is counted
 * @param features summaries of inputs that are counted, for drift
 * @param labels free text for a version, by version number
 * @param kind what clients send and get; {@code inputs} and {@code outputs} are those of the program
 * @param classLabels name of a file with the names of the classes, in the folder of the version or of the model
 * @param nanPolicy what becomes of a NaN or an infinity in an output
 * @param hosting how its versions are kept in a worker
 */
public record ModelSpec(
        int maxBatchSize,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        Parallelism parallelism,
        ComputeDevice device,
        int queueRequestsMax,
        int timeoutMillis,
        Optional<PredictionSpec> prediction,
        List<FeatureSpec> features,
        Map<String, String> labels,
        ModelKind kind,
        Optional<String> classLabels,
        NanPolicy nanPolicy,
        Hosting hosting) {
    private static final int REQUEST_BATCHES_MAX = 16;

    public ModelSpec {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        features = List.copyOf(features);
        labels = Map.copyOf(labels);
    }

    /** Runner threads of each lane. */
    public int instances() {
        return parallelism.instances();
    }

    /** Threads that one forward may use on the CPU. */
    public int intraOpThreads() {
        return parallelism.intraOpThreads();
    }

    /** With what was found out about this machine. */
    ModelSpec with(InstanceChoice choice) {
        return new ModelSpec(
                maxBatchSize,
                inputs,
                outputs,
                parallelism.with(choice),
                device,
                queueRequestsMax,
                timeoutMillis,
                prediction,
                features,
                labels,
                kind,
                classLabels,
                nanPolicy,
                hosting);
    }

    /** The outputs as clients see them. */
    public List<TensorSpec> answers() {
        return kind.answers(outputs);
    }

    /** Whether rows lie behind one another along the first dimension of every tensor. */
    public boolean batched() {
        return maxBatchSize > 0;
    }

    /** Whether requests may have different shapes, which nobody knows beforehand. Texts are not open: they are filled up. */
    public boolean isOpen() {
        return lengthMax() == 0 && inputs.stream().anyMatch(TensorSpec::varies);
    }

    /** Most rows of one forward; a tensor without a batch dimension counts as one row. */
    public int forwardRowsMax() {
        return Math.max(1, maxBatchSize);
    }

    /** Most rows of one request: more than the largest batch are run in parts. */
    public int requestRowsMax() {
        return batched() ? maxBatchSize * REQUEST_BATCHES_MAX : 1;
    }

    /** Most tokens of a text; 0 for a model that takes none. */
    public int lengthMax() {
        return kind.texts().map(ModelKind.Texts::tokensMax).orElse(0);
    }

    /** How a summary reduces one row of an input to one number. */
    public enum Summary {
        MEAN,
        STD,
        MIN,
        MAX
    }

    /** Which output is the prediction and how one row of it is counted. */
    public sealed interface PredictionSpec {
        /** Name of the output. */
        String output();

        /** The output holds one score per class; the largest is the predicted class. */
        record Classes(String output, int classes) implements PredictionSpec {}

        /** The output holds one number; it is counted in frozen bins. */
        record Score(String output, List<Double> edges) implements PredictionSpec {
            public Score {
                edges = List.copyOf(edges);
            }
        }
    }

    /**
     * A summary of an input that is counted in frozen bins.
     *
     * @param name name under which it is published
     * @param input name of the input
     * @param summary how a row becomes a number
     * @param edges rising bin edges
     */
    public record FeatureSpec(String name, String input, Summary summary, List<Double> edges) {
        public FeatureSpec {
            edges = List.copyOf(edges);
        }
    }
}
