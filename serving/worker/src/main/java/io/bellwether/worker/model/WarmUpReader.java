package io.bellwether.worker.model;

import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.WarmUpSample.Data;
import io.bellwether.worker.model.WarmUpSample.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the {@code warm_up} list of a {@code model.yaml} and checks that every sample fits the inputs. */
final class WarmUpReader {
    private static final String KEY = "warm_up";
    private static final int SAMPLES_MAX = 64;
    private static final int COUNT_MAX = 1_000;
    private static final int DIMENSIONS_MAX = 8;
    private static final long BYTES_MAX = 1L << 30;

    private final List<SpecProblem> problems;
    private final List<TensorSpec> inputs;
    private final int rowsMax;

    private WarmUpReader(List<SpecProblem> problems, List<TensorSpec> inputs, int rowsMax) {
        this.problems = problems;
        this.inputs = inputs;
        this.rowsMax = rowsMax;
    }

    /**
     * Reads the samples.
     *
     * @param rowsMax most rows of a forward
     */
    static List<WarmUpSample> read(
            YamlMapping root, List<SpecProblem> problems, List<TensorSpec> inputs, ModelKind kind, int rowsMax) {
        if (!root.has(KEY)) {
            return List.of();
        }
        List<Node> items = root.list(KEY, SAMPLES_MAX, "list 1 to " + SAMPLES_MAX + " samples or leave it out");
        if (!(kind instanceof ModelKind.Tensors)) {
            root.problemAt(KEY, "is set", "leave it out: models of this kind are warmed with a text or a picture");
            return List.of();
        }
        WarmUpReader reader = new WarmUpReader(problems, inputs, rowsMax);
        List<WarmUpSample> samples = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            samples.add(reader.sample(YamlMapping.of(items.get(i), KEY + "[" + i + "]", problems), i));
        }
        return samples;
    }

    private WarmUpSample sample(YamlMapping node, int index) {
        String name = node.has("name")
                ? node.text(
                        "name",
                        "",
                        text -> text.length() <= 128 && text.chars().noneMatch(Character::isISOControl),
                        "give a name of at most 128 printable characters")
                : String.valueOf(index);
        int rows = node.has("rows") ? node.wholeNumber("rows", 1, 1, rowsMax) : 1;
        int count = node.has("count") ? node.wholeNumber("count", 1, 1, COUNT_MAX) : 1;
        List<Input> given = new ArrayList<>();
        List<String> names = inputs.stream().map(TensorSpec::name).toList();
        List<Node> items = node.list("inputs", Math.max(1, inputs.size()), "give one sample for each of " + names);
        for (int i = 0; i < items.size(); i++) {
            given.add(input(YamlMapping.of(items.get(i), KEY + "[" + index + "].inputs[" + i + "]", problems), rows));
        }
        List<Input> ordered = new ArrayList<>();
        for (String wanted : names) {
            given.stream().filter(one -> one.name().equals(wanted)).findFirst().ifPresent(ordered::add);
        }
        if (ordered.size() != names.size() || given.size() != names.size()) {
            node.problemAt("inputs", "does not name each input once", "give one sample for each of " + names);
        }
        node.refuseUnknownKeys();
        return new WarmUpSample(name, rows, count, ordered);
    }

    private Input input(YamlMapping node, int rows) {
        String name = node.text("name", "", text -> true, "name an input of the model");
        Optional<TensorSpec> declared =
                inputs.stream().filter(one -> one.name().equals(name)).findFirst();
        List<Long> shape = node.has("shape")
                ? shape(node)
                : declared.map(TensorSpec::itemShape).orElse(List.of());
        if (declared.isPresent() && !fits(declared.get(), shape, rows)) {
            node.problemAt(
                    "shape",
                    "is " + shape + " and does not fit " + declared.get().itemShape(),
                    "give the shape of one item, every size written out, of at most " + BYTES_MAX
                            + " bytes in all rows");
        }
        Data data = node.has("data") ? ModelSpecParser.oneOf(node, "data", Data.class) : Data.ZERO;
        node.refuseUnknownKeys();
        return new Input(name, shape, data);
    }

    private static List<Long> shape(YamlMapping node) {
        if (node.isEmptyList("shape")) {
            return List.of();
        }
        return node.list("shape", DIMENSIONS_MAX, "give at most " + DIMENSIONS_MAX + " sizes").stream()
                .map(item -> YamlMapping.longOf(item).orElse(-1L))
                .toList();
    }

    private static boolean fits(TensorSpec declared, List<Long> shape, int rows) {
        boolean fits = shape.size() == declared.itemShape().size();
        long bytes = (long) rows * declared.type().bytes();
        for (int i = 0; fits && i < shape.size(); i++) {
            long wanted = declared.itemShape().get(i);
            long size = shape.get(i);
            fits = size >= 0 && size <= BYTES_MAX && (wanted < 0 || wanted == size);
            bytes *= Math.max(1, size);
            fits &= bytes <= BYTES_MAX;
        }
        return fits;
    }
}
