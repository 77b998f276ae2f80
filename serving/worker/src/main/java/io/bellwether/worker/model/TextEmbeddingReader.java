package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelSpec.Pooling;
import io.bellwether.worker.model.ModelSpec.TextEmbedding;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code text_embedding} of a {@code model.yaml} and checks that the tensors fit it. */
final class TextEmbeddingReader {
    private static final String KEY = "text_embedding";
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
    private static final int TOKENS_MAX_DEFAULT = 256;
    private static final int TOKENS_MAX_LEAST = 3;
    private static final int TOKENS_MAX_MOST = 8192;
    private static final List<String> INPUTS = List.of(TextEmbedding.IDS, TextEmbedding.MASK, TextEmbedding.SEGMENTS);

    private TextEmbeddingReader() {}

    static Optional<TextEmbedding> read(YamlMapping root) {
        if (!root.has(KEY)) {
            return Optional.empty();
        }
        YamlMapping node = root.mapping(KEY);
        String tokenizer = node.has("tokenizer")
                ? node.text(
                        "tokenizer",
                        "tokenizer.json",
                        name -> FILE.matcher(name).matches(),
                        "give the name of a file in the folder of the version or of the model, such as tokenizer.json")
                : "tokenizer.json";
        int tokensMax = node.wholeNumber("tokens_max", TOKENS_MAX_DEFAULT, TOKENS_MAX_LEAST, TOKENS_MAX_MOST);
        Pooling pooling = node.has("pooling") ? ModelSpecParser.oneOf(node, "pooling", Pooling.class) : Pooling.MEAN;
        boolean normalize = !node.has("normalize")
                || node.text("normalize", "true", List.of("true", "false")::contains, "write true or false")
                        .equals("true");
        node.refuseUnknownKeys();
        return Optional.of(new TextEmbedding(tokenizer, tokensMax, pooling, normalize));
    }

    /** Notes what does not fit: the program takes tokens and gives one vector a token, or one in all. */
    static void check(YamlMapping root, TextEmbedding text, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        List<String> names = inputs.stream().map(TensorSpec::name).toList();
        boolean tokens = inputs.stream()
                .allMatch(input ->
                        input.type() == ElementType.INT64 && input.itemShape().equals(List.of(-1L)));
        if (!tokens
                || !INPUTS.containsAll(names)
                || !names.contains(TextEmbedding.IDS)
                || !names.contains(TextEmbedding.MASK)) {
            root.problemAt(
                    "inputs",
                    "does not fit " + KEY,
                    "give " + TextEmbedding.IDS + ", " + TextEmbedding.MASK + " and, if the program takes it, "
                            + TextEmbedding.SEGMENTS + ", each INT64 with shape [-1]");
        }
        int rank = text.pooling() == Pooling.NONE ? 1 : 2;
        boolean vectors = outputs.size() == 1
                && outputs.get(0).type() == ElementType.FP32
                && outputs.get(0).itemShape().size() == rank
                && outputs.get(0).itemShape().get(rank - 1) > 0
                && outputs.get(0).varies() == (rank == 2);
        if (!vectors) {
            root.problemAt(
                    "outputs",
                    "does not fit " + KEY,
                    rank == 1
                            ? "give one output, FP32, with shape [dimensions]"
                            : "give one output, FP32, with shape [-1, dimensions]");
        }
        for (String key : List.of("prediction", "features")) {
            if (root.has(key)) {
                root.problemAt(key, "is set", "leave it out; it is not offered for " + KEY);
            }
        }
    }
}
