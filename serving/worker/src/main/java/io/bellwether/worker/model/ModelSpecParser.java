package io.bellwether.worker.model;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import io.bellwether.worker.model.ModelSpec.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code model.yaml}. Unknown keys are refused, ranges are checked, and every problem is reported
 * at once with its line and what to write instead. Reads text only; knows no files.
 */
public final class ModelSpecParser {
    /** Largest {@code model.yaml} that is read, in characters. */
    public static final int CHARACTERS_MAX = 262_144;

    /** Name of the file. */
    static final String FILE = "model.yaml";

    private static final int DEPTH_MAX = 32;
    private static final int FEATURES_MAX = 64;
    private static final int EDGES_MAX = 255;
    private static final int CLASSES_MAX = 1024;
    private static final int LABEL_CHARACTERS_MAX = 200;

    private final List<SpecProblem> problems = new ArrayList<>();

    private final String file;

    private ModelSpecParser(String file) {
        this.file = file;
    }

    /** Reads the text of a {@code model.yaml}. */
    public static ParsedSpec parse(String yaml) {
        return parse(describe(yaml));
    }

    /** Reads the text of a {@code model.yaml} as a tree, without a look at what it says. */
    static Description describe(String yaml) {
        ModelSpecParser parser = new ModelSpecParser(FILE);
        Optional<Node> root = parser.compose(yaml);
        if (root.isEmpty() && parser.problems.isEmpty()) {
            parser.problems.add(
                    new SpecProblem(1, "", "is empty", "describe the model: max_batch_size, inputs, outputs"));
        }
        return new Description(FILE, root, parser.problems, List.of(), Map.of());
    }

    /** Checks what a description says. Problems in its source and against the rules come together. */
    static ParsedSpec parse(Description description) {
        ModelSpecParser parser = new ModelSpecParser(description.file());
        Optional<ParsedSpec> valid = description
                .root()
                .map(root -> parser.read(YamlMapping.of(root, "", parser.problems), description::word));
        List<SpecProblem> problems = new ArrayList<>(description.problems());
        parser.problems.stream().map(description::inItsWords).forEach(problems::add);
        if (valid.isPresent() && problems.isEmpty()) {
            return valid.get();
        }
        problems.sort(Comparator.comparingInt(SpecProblem::line));
        return new ParsedSpec.Refused(description.file(), problems);
    }

    /** What composes a tree calls itself for each level, until the stack is full. */
    private static boolean isTooDeep(LoadSettings settings, String yaml) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                return true;
            }
        }
        return false;
    }

    private Optional<Node> compose(String yaml) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setCodePointLimit(CHARACTERS_MAX)
                    .setUseMarks(true)
                    .build();
            if (isTooDeep(settings, yaml)) {
                problems.add(new SpecProblem(
                        1, "", "is nested too deeply", "use at most " + DEPTH_MAX + " levels of lists and mappings"));
                return Optional.empty();
            }
            return new Compose(settings).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            problems.add(new SpecProblem(line, "", "is not valid YAML: " + e.getProblem(), "correct the syntax"));
        } catch (YamlEngineException e) {
            problems.add(new SpecProblem(
                    1, "", "is not readable as YAML", "use at most " + CHARACTERS_MAX + " characters of valid YAML"));
        }
        return Optional.empty();
    }

    private ParsedSpec read(YamlMapping root, UnaryOperator<String> words) {
        int maxBatchSize = root.wholeNumber("max_batch_size", 1, 0, 1024);
        ModelKind kind = KindReader.read(root);
        if (maxBatchSize == 0 && !(kind instanceof ModelKind.Tensors)) {
            root.problemAt(
                    "max_batch_size",
                    "is 0, so the tensors have no batch dimension",
                    "set it to 1 or more: programs of this kind take rows of texts or pictures");
        }
        TensorReader tensors = new TensorReader(problems, maxBatchSize, kind, words);
        List<TensorSpec> inputs = tensors.read(root, "inputs");
        List<TensorSpec> outputs = tensors.read(root, "outputs");
        ComputeDevice device = root.has("device") ? oneOf(root, "device", ComputeDevice.class) : ComputeDevice.CPU;
        Parallelism parallelism = ParallelismReader.read(root, device, file.equals(FILE));
        int queueRequestsMax = root.wholeNumber("queue_requests_max", 256, 1, 65_536);
        int timeoutMillis = root.wholeNumber("timeout_millis", 2000, 1, 3_600_000);
        Optional<PredictionSpec> prediction = prediction(root, kind.answers(outputs));
        List<FeatureSpec> features = features(root, inputs);
        Map<String, String> labels = labels(root);
        KindReader.check(root, kind, inputs, outputs);
        Optional<String> classLabels =
                root.has("class_labels") ? Optional.of(root.fileName("class_labels", "labels.txt")) : Optional.empty();
        NanPolicy nanPolicy = nanPolicy(root);
        Hosting hosting =
                HostingReader.read(root, WarmUpReader.read(root, problems, inputs, kind, Math.max(1, maxBatchSize)));
        ParsedSpec.Layout layout = LayoutReader.read(root);
        root.refuseUnknownKeys();
        ModelSpec spec = new ModelSpec(
                maxBatchSize,
                inputs,
                outputs,
                parallelism,
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
        return new ParsedSpec.Valid(spec, layout);
    }

    private static NanPolicy nanPolicy(YamlMapping root) {
        if (root.isWordNull("nan_policy")) {
            return NanPolicy.NULL;
        }
        return root.has("nan_policy") ? oneOf(root, "nan_policy", NanPolicy.class) : NanPolicy.PASS;
    }

    private Optional<PredictionSpec> prediction(YamlMapping root, List<TensorSpec> outputs) {
        if (!root.has("prediction")) {
            return Optional.empty();
        }
        YamlMapping node = root.mapping("prediction");
        Optional<TensorSpec> output = tensor(node, "output", outputs, "outputs");
        if (output.isPresent() && output.get().varies()) {
            node.problemAt("output", "has a dimension that varies", "name an output of one size");
            return Optional.empty();
        }
        String kind = node.text(
                "kind", "classes", text -> text.equals("classes") || text.equals("score"), "write classes or score");
        Optional<PredictionSpec> prediction;
        if (kind.equals("score")) {
            List<Double> edges = node.risingNumbers("edges", EDGES_MAX);
            if (output.isPresent() && elementsPerRow(output.get()) != 1) {
                node.problemAt("output", "has more than one element a row", "name an output with one element a row");
            }
            prediction = output.map(tensor -> new PredictionSpec.Score(tensor.name(), edges));
        } else {
            int classes = output.map(ModelSpecParser::elementsPerRow).orElse(2);
            if (classes < 2 || classes > CLASSES_MAX) {
                node.problemAt(
                        "output",
                        "has " + classes + " elements a row",
                        "name an output with 2 to " + CLASSES_MAX + " scores, one a class, or use kind: score");
            }
            prediction = output.map(tensor -> new PredictionSpec.Classes(tensor.name(), classes));
        }
        node.refuseUnknownKeys();
        return prediction;
    }

    private List<FeatureSpec> features(YamlMapping root, List<TensorSpec> inputs) {
        List<FeatureSpec> features = new ArrayList<>();
        if (!root.has("features")) {
            return features;
        }
        List<Node> items =
                root.list("features", FEATURES_MAX, "give 1 to " + FEATURES_MAX + " features or leave it out");
        for (int i = 0; i < items.size(); i++) {
            YamlMapping node = YamlMapping.of(items.get(i), "features[" + i + "]", problems);
            String name = node.text("name", "", TensorReader::isName, TensorReader.NAME_FIX);
            if (!name.isEmpty()
                    && features.stream().anyMatch(other -> other.name().equals(name))) {
                node.problemAt("name", "is '" + name + "' a second time", "give each feature a name of its own");
            }
            Optional<TensorSpec> input = tensor(node, "input", inputs, "inputs");
            Summary summary = oneOf(node, "summary", Summary.class);
            List<Double> edges = node.risingNumbers("edges", EDGES_MAX);
            node.refuseUnknownKeys();
            features.add(new FeatureSpec(name, input.map(TensorSpec::name).orElse(""), summary, edges));
        }
        return features;
    }

    private static int elementsPerRow(TensorSpec tensor) {
        return Math.toIntExact(tensor.itemShape().stream().reduce(1L, Math::multiplyExact));
    }

    private Optional<TensorSpec> tensor(YamlMapping node, String key, List<TensorSpec> tensors, String listName) {
        List<String> names = tensors.stream().map(TensorSpec::name).toList();
        String name = node.text(key, "", names::contains, "name one of the " + listName + ": " + names);
        return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    private Map<String, String> labels(YamlMapping root) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (!root.has("labels")) {
            return labels;
        }
        YamlMapping node = root.mapping("labels");
        for (String version : List.copyOf(node.dataKeys())) {
            if (!ModelRepository.isVersion(version)) {
                node.problemAt(version, "is not a version", "use version numbers such as \"1\" as keys");
            }
            labels.put(
                    version,
                    node.text(
                            version,
                            "",
                            text -> !text.isBlank() && text.length() <= LABEL_CHARACTERS_MAX,
                            "write 1 to " + LABEL_CHARACTERS_MAX + " characters of text"));
        }
        return labels;
    }

    static <E extends Enum<E>> E oneOf(YamlMapping node, String key, Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        String text = node.text(key, names.get(0), names::contains, "write one of " + String.join(", ", names));
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }
}
