package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelKind.Pooling;
import io.bellwether.worker.model.ModelKind.Scores;
import io.bellwether.worker.model.ModelKind.Tensors;
import io.bellwether.worker.model.ModelKind.TextClassification;
import io.bellwether.worker.model.ModelKind.TextEmbedding;
import io.bellwether.worker.model.ModelKind.Texts;
import java.util.List;

/** Reads which kind a model is, by the one key of a {@code model.yaml} that says so, and checks that the tensors fit it. */
final class KindReader {
    private static final String EMBEDDING = "text_embedding";
    private static final String TEXT_CLASSES = "text_classification";
    private static final String IMAGE_CLASSES = "image_classification";
    private static final List<String> KEYS = List.of(EMBEDDING, TEXT_CLASSES, IMAGE_CLASSES);
    private static final int TOKENS_MAX_DEFAULT = 256;
    private static final int TOKENS_MAX_LEAST = 3;
    private static final int TOKENS_MAX_MOST = 8192;
    private static final List<String> TOKEN_INPUTS = List.of(Texts.IDS, Texts.MASK, Texts.SEGMENTS);

    private KindReader() {}

    static ModelKind read(YamlMapping root) {
        List<String> given = KEYS.stream().filter(root::has).toList();
        if (given.isEmpty()) {
            return new Tensors();
        }
        given.stream()
                .skip(1)
                .forEach(key -> root.problemAt(key, "is a second kind beside " + given.get(0), "keep one of them"));
        YamlMapping node = root.mapping(given.get(0));
        ModelKind kind =
                switch (given.get(0)) {
                    case EMBEDDING ->
                        new TextEmbedding(
                                texts(node),
                                node.has("pooling")
                                        ? ModelSpecParser.oneOf(node, "pooling", Pooling.class)
                                        : Pooling.MEAN,
                                normalize(node));
                    case TEXT_CLASSES -> new TextClassification(texts(node), scores(node));
                    default -> new ImageClassification(ImageReader.read(node), scores(node));
                };
        node.refuseUnknownKeys();
        return kind;
    }

    private static Texts texts(YamlMapping node) {
        String tokenizer = node.has("tokenizer") ? node.fileName("tokenizer", "tokenizer.json") : "tokenizer.json";
        return new Texts(
                tokenizer, node.wholeNumber("tokens_max", TOKENS_MAX_DEFAULT, TOKENS_MAX_LEAST, TOKENS_MAX_MOST));
    }

    private static boolean normalize(YamlMapping node) {
        return !node.has("normalize")
                || node.text("normalize", "true", List.of("true", "false")::contains, "write true or false")
                        .equals("true");
    }

    private static Scores scores(YamlMapping node) {
        return node.has("scores") ? ModelSpecParser.oneOf(node, "scores", Scores.class) : Scores.SOFTMAX;
    }

    /** Notes what does not fit. */
    static void check(YamlMapping root, ModelKind kind, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        if (kind instanceof TextEmbedding embedding) {
            checkTokens(root, EMBEDDING, inputs);
            checkVectors(root, embedding, outputs);
            refuse(root, EMBEDDING, "prediction");
        } else if (kind instanceof TextClassification) {
            checkTokens(root, TEXT_CLASSES, inputs);
            checkClasses(root, TEXT_CLASSES, outputs);
        } else if (kind instanceof ImageClassification images) {
            ImageReader.check(root, images.input(), inputs);
            checkClasses(root, IMAGE_CLASSES, outputs);
        }
    }

    private static void checkTokens(YamlMapping root, String key, List<TensorSpec> inputs) {
        List<String> names = inputs.stream().map(TensorSpec::name).toList();
        boolean tokens = inputs.stream()
                .allMatch(input ->
                        input.type() == ElementType.INT64 && input.itemShape().equals(List.of(-1L)));
        if (!tokens || !TOKEN_INPUTS.containsAll(names) || !names.contains(Texts.IDS) || !names.contains(Texts.MASK)) {
            root.problemAt(
                    "inputs",
                    "does not fit " + key,
                    "give " + Texts.IDS + ", " + Texts.MASK + " and, if the program takes it, " + Texts.SEGMENTS
                            + ", each INT64 with shape [-1]");
        }
        refuse(root, key, "features");
    }

    private static void checkVectors(YamlMapping root, TextEmbedding embedding, List<TensorSpec> outputs) {
        int rank = embedding.pooling() == Pooling.NONE ? 1 : 2;
        boolean vectors = outputs.size() == 1
                && outputs.get(0).type() == ElementType.FP32
                && outputs.get(0).itemShape().size() == rank
                && outputs.get(0).itemShape().get(rank - 1) > 0
                && outputs.get(0).varies() == (rank == 2);
        if (!vectors) {
            root.problemAt(
                    "outputs",
                    "does not fit " + EMBEDDING,
                    rank == 1
                            ? "give one output, FP32, with shape [dimensions]"
                            : "give one output, FP32, with shape [-1, dimensions]");
        }
    }

    private static void checkClasses(YamlMapping root, String key, List<TensorSpec> outputs) {
        boolean scores = outputs.size() == 1
                && outputs.get(0).type() == ElementType.FP32
                && outputs.get(0).itemShape().size() == 1
                && !outputs.get(0).varies();
        if (!scores) {
            root.problemAt("outputs", "does not fit " + key, "give one output, FP32, with shape [classes]");
        }
    }

    private static void refuse(YamlMapping root, String kind, String key) {
        if (root.has(key)) {
            root.problemAt(key, "is set", "leave it out; it is not offered for " + kind);
        }
    }
}
