package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the {@code inputs} and {@code outputs} lists of a {@code model.yaml}. */
final class TensorReader {
    static final String NAME_FIX = "give a name of 1 to 128 letters, digits, '.', '_', '-', ':' or '/'";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");
    private static final String DATATYPE = "datatype";
    private static final int SHOWN_MAX = 40;
    private static final int TENSORS_MAX = 32;
    private static final int DIMENSIONS_MAX = 8;
    private static final long BATCH_BYTES_MAX = 1L << 30;

    private static final String OPEN_FIX =
            "write the one size that clients send: of a model of this kind only the tokens of texts may vary";

    private final List<SpecProblem> problems;
    private final int maxBatchSize;
    private final ModelKind kind;
    private final UnaryOperator<String> words;

    /**
     * @param maxBatchSize 0 when the shapes are those of whole tensors
     * @param kind says which dimensions may be -1: of plain tensors any, of texts their tokens
     * @param words gives the word of the file for a key or type of a {@code model.yaml}
     */
    TensorReader(List<SpecProblem> problems, int maxBatchSize, ModelKind kind, UnaryOperator<String> words) {
        this.problems = problems;
        this.maxBatchSize = maxBatchSize;
        this.kind = kind;
        this.words = words;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    List<TensorSpec> read(YamlMapping root, String key) {
        List<TensorSpec> tensors = new ArrayList<>();
        String fix = "list 1 to " + TENSORS_MAX + " tensors, each with name, " + words.apply(DATATYPE) + ", "
                + words.apply("shape");
        List<Node> items = root.list(key, TENSORS_MAX, fix);
        for (int i = 0; i < items.size(); i++) {
            YamlMapping node = YamlMapping.of(items.get(i), key + "[" + i + "]", problems);
            String name = node.text("name", "", TensorReader::isName, NAME_FIX);
            if (!name.isEmpty()
                    && tensors.stream().anyMatch(other -> other.name().equals(name))) {
                node.problemAt("name", "is '" + name + "' a second time", "give each tensor a name of its own");
            }
            ElementType type = elementType(node);
            tensors.add(new TensorSpec(name, type, shape(node, type), maxBatchSize > 0));
            node.refuseUnknownKeys();
        }
        return tensors;
    }

    private ElementType elementType(YamlMapping node) {
        List<String> names =
                Arrays.stream(ElementType.values()).map(ElementType::name).toList();
        String fix = "write one of " + names.stream().map(words).collect(Collectors.joining(", "));
        String given = node.text(DATATYPE, "FP32", text -> true, fix);
        if (names.contains(given)) {
            return ElementType.valueOf(given);
        }
        String word = words.apply(given);
        boolean cut = word.length() > SHOWN_MAX;
        node.problemAt(DATATYPE, "is '" + (cut ? word.substring(0, SHOWN_MAX) + "..." : word) + "'", fix);
        return ElementType.FP32;
    }

    private List<Long> shape(YamlMapping node, ElementType type) {
        List<Long> shape = new ArrayList<>();
        if (node.isEmptyList("shape")) {
            return shape;
        }
        String fix = "give at most " + DIMENSIONS_MAX
                + " sizes, each at least 1 or -1 where it varies, without the batch dimension"
                + " (with all dimensions where max_batch_size is 0)";
        long bytes = (long) Math.max(1, maxBatchSize) * type.bytes();
        for (Node item : node.list("shape", DIMENSIONS_MAX, fix)) {
            Optional<Long> given = YamlMapping.longOf(item);
            boolean varies = given.equals(Optional.of(-1L)) && mayVary(shape.size());
            Optional<Long> size = varies ? Optional.of(largestVarying()) : given;
            if (size.isEmpty() || size.get() < 1 || size.get() > BATCH_BYTES_MAX) {
                boolean open = given.equals(Optional.of(-1L));
                node.problemAt("shape", "contains " + YamlMapping.shown(item), open ? OPEN_FIX : fix);
                return List.of();
            }
            shape.add(varies ? Long.valueOf(-1) : size.get());
            // Both factors are at most 2^30 here, so the product is exact.
            bytes *= size.get();
            if (bytes > BATCH_BYTES_MAX) {
                node.problemAt(
                        "shape",
                        "makes a full batch larger than " + BATCH_BYTES_MAX + " bytes",
                        "lower max_batch_size or the sizes");
                return List.of();
            }
        }
        return shape;
    }

    private boolean mayVary(int dimension) {
        return kind instanceof ModelKind.Tensors || (kind.texts().isPresent() && dimension == 0);
    }

    /** What is known of it beforehand: the extent of an open dimension is limited by the size of requests alone. */
    private long largestVarying() {
        return kind.texts().map(ModelKind.Texts::tokensMax).orElse(1);
    }
}
