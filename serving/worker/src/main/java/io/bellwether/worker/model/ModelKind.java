package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import java.util.List;
import java.util.Optional;

/** What clients send to a model and get from it. The inputs and outputs of a specification are those of the program. */
public sealed interface ModelKind {
    /** Name of the output of a classification: one number a class. */
    String SCORES = "scores";

    /** The outputs as clients see them, from those of the program. */
    List<TensorSpec> answers(List<TensorSpec> outputs);

    /** Name of the BYTES input that clients may send instead of the tensors of the program; empty when there is none. */
    default Optional<String> encodedInput() {
        return Optional.empty();
    }

    /** How text becomes token ids; empty when the model takes none. */
    default Optional<Texts> texts() {
        return Optional.empty();
    }

    /** Tensors go in and come out as the program takes and gives them. */
    record Tensors() implements ModelKind {
        @Override
        public List<TensorSpec> answers(List<TensorSpec> outputs) {
            return outputs;
        }
    }

    /**
     * Text becomes one vector.
     *
     * @param input how text becomes token ids
     * @param pooling how the vectors of the tokens become one
     * @param normalize whether the vector is scaled to length 1
     */
    record TextEmbedding(Texts input, Pooling pooling, boolean normalize) implements ModelKind {
        /** Name of the output. */
        public static final String OUTPUT = "embedding";

        @Override
        public List<TensorSpec> answers(List<TensorSpec> outputs) {
            return outputs.stream()
                    .map(output -> new TensorSpec(OUTPUT, ElementType.FP32, lastOf(output.itemShape())))
                    .toList();
        }

        private static List<Long> lastOf(List<Long> shape) {
            return shape.isEmpty() ? shape : List.of(shape.get(shape.size() - 1));
        }

        @Override
        public Optional<String> encodedInput() {
            return Optional.of(Texts.INPUT);
        }

        @Override
        public Optional<Texts> texts() {
            return Optional.of(input);
        }
    }

    /** Text becomes one score a class. */
    record TextClassification(Texts input, Scores scores) implements ModelKind {
        @Override
        public List<TensorSpec> answers(List<TensorSpec> outputs) {
            return scoresOf(outputs);
        }

        @Override
        public Optional<String> encodedInput() {
            return Optional.of(Texts.INPUT);
        }

        @Override
        public Optional<Texts> texts() {
            return Optional.of(input);
        }
    }

    /** An encoded picture becomes one score a class. */
    record ImageClassification(Images input, Scores scores) implements ModelKind {
        @Override
        public List<TensorSpec> answers(List<TensorSpec> outputs) {
            return scoresOf(outputs);
        }

        @Override
        public Optional<String> encodedInput() {
            return Optional.of(Images.INPUT);
        }
    }

    private static List<TensorSpec> scoresOf(List<TensorSpec> outputs) {
        return outputs.stream()
                .map(output -> new TensorSpec(SCORES, ElementType.FP32, output.itemShape()))
                .toList();
    }

    /**
     * How text becomes token ids.
     *
     * @param tokenizer file name of the tokenizer, in the folder of the version or of the model
     * @param tokensMax longest input of the program; longer texts are cut off, longer token inputs refused
     */
    record Texts(String tokenizer, int tokensMax) {
        /** Name of the input of texts. */
        public static final String INPUT = "text";
        /** The program's input of token ids. */
        public static final String IDS = "input_ids";
        /** The program's input that says which tokens count. */
        public static final String MASK = "attention_mask";
        /** The program's input of segments, which some programs lack. */
        public static final String SEGMENTS = "token_type_ids";
    }

    /**
     * How an encoded picture becomes the program's input [channels, height, width]: a sample s of 0 to 1 becomes (s - mean) /
     * std.
     *
     * @param mean one for each channel, in the order of the program; empty for 0
     * @param std the same, none of them 0; empty for 1
     * @param channels order of the channels; of no account when there is only one
     * @param resize how a picture of another shape is fitted
     * @param pixelsMax most pixels of a picture before it is resized; larger ones are refused by their header
     */
    record Images(List<Double> mean, List<Double> std, Channels channels, Resize resize, int pixelsMax) {
        /** Name of the input of encoded pictures. */
        public static final String INPUT = "image";

        public Images {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }

        public double mean(int channel) {
            return mean.isEmpty() ? 0 : mean.get(channel);
        }

        public double std(int channel) {
            return std.isEmpty() ? 1 : std.get(channel);
        }
    }

    /** How the vectors of the tokens become one. */
    enum Pooling {
        /** Their mean over the tokens that count. */
        MEAN,
        /** That of the first token. */
        CLS,
        /** The program returns one vector. */
        NONE
    }

    /** What becomes of the numbers that a classifier returns for its classes. */
    enum Scores {
        /** They become positive and add up to 1. */
        SOFTMAX,
        /** Each becomes a number from 0 to 1 of its own. */
        SIGMOID,
        /** They stay what they are. */
        NONE
    }

    /** Order of the three colours. */
    enum Channels {
        RGB,
        BGR
    }

    /** How a picture of another shape is fitted. */
    enum Resize {
        /** The whole picture, each side scaled on its own. */
        STRETCH,
        /** The middle of the picture in the shape of the program's input; both sides scaled alike. */
        CROP
    }
}
