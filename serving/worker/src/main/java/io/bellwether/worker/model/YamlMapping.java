package io.bellwether.worker.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one mapping of a YAML document key by key. Nothing stops at a fault: each is noted with its
 * line, a harmless value stands in, and reading goes on, so that one look shows all of them.
 */
final class YamlMapping {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    private final Map<String, Node> entries = new LinkedHashMap<>();
    private final Set<String> keysAsked = new LinkedHashSet<>();
    private final String path;
    private final int line;
    private final List<SpecProblem> problems;

    private YamlMapping(String path, int line, List<SpecProblem> problems) {
        this.path = path;
        this.line = line;
        this.problems = problems;
    }

    /** A reader over {@code node}, empty with a noted problem if that is not a mapping. */
    static YamlMapping of(@Nullable Node node, String path, List<SpecProblem> problems) {
        YamlMapping mapping = new YamlMapping(path, line(node), problems);
        if (!(node instanceof MappingNode map)) {
            problems.add(new SpecProblem(line(node), path, "is not a mapping", "write it as key: value pairs"));
            return mapping;
        }
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                mapping.problem(tuple.getKeyNode(), path, "has a key that is not plain text", "use a plain key");
            } else if (mapping.entries.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                mapping.problem(key, mapping.at(key.getValue()), "is given twice", "keep one of them");
            }
        }
        return mapping;
    }

    /** Whether the key is there and not null. */
    boolean has(String key) {
        return value(key) != null;
    }

    /** A whole number within {@code min..max}; {@code fallback} when absent or wrong. */
    int wholeNumber(String key, int fallback, int min, int max) {
        return wholeNumber(key, fallback, min, max, "use a whole number from " + min + " to " + max);
    }

    /** The same with another advice. */
    int wholeNumber(String key, int fallback, int min, int max, String fix) {
        Node node = value(key);
        if (node == null) {
            return fallback;
        }
        Optional<Long> number = longOf(node);
        if (number.isEmpty() || number.get() < min || number.get() > max) {
            problem(node, at(key), "is " + shown(node), fix);
            return fallback;
        }
        return Math.toIntExact(number.get());
    }

    /** A required text that {@code check} accepts; {@code fallback} with a problem otherwise. */
    String text(String key, String fallback, Function<String, Boolean> check, String fix) {
        Node node = value(key);
        if (node == null) {
            problems.add(new SpecProblem(line, at(key), "is missing", fix));
            return fallback;
        }
        if (!(node instanceof ScalarNode scalar) || !check.apply(scalar.getValue())) {
            problem(node, at(key), "is " + shown(node), fix);
            return fallback;
        }
        return scalar.getValue();
    }

    /** The items of a required, not empty list of at most {@code max}; empty with a problem otherwise. */
    List<Node> list(String key, int max, String fix) {
        Node node = value(key);
        if (node == null) {
            problems.add(new SpecProblem(line, at(key), "is missing", fix));
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)
                || sequence.getValue().isEmpty()
                || sequence.getValue().size() > max) {
            problem(node, at(key), "is " + shown(node), fix);
            return List.of();
        }
        return sequence.getValue();
    }

    /** Whether the value is a list without items. */
    boolean isEmptyList(String key) {
        return value(key) instanceof SequenceNode list && list.getValue().isEmpty();
    }

    boolean isList(String key) {
        return value(key) instanceof SequenceNode;
    }

    boolean isMapping(String key) {
        return value(key) instanceof MappingNode;
    }

    /** A required list of numbers, each strictly above the one before. */
    List<Double> risingNumbers(String key, int max) {
        return numbers(key, max, true, "give 1 to " + max + " finite numbers, each above the one before");
    }

    /** A required list of numbers. */
    List<Double> numbers(String key, int max) {
        return numbers(key, max, false, "give 1 to " + max + " finite numbers");
    }

    private List<Double> numbers(String key, int max, boolean rising, String fix) {
        List<Double> numbers = new ArrayList<>();
        for (Node node : list(key, max, fix)) {
            Optional<Double> number = doubleOf(node);
            if (number.isEmpty()
                    || (rising
                            && !numbers.isEmpty()
                            && number.get().doubleValue() <= numbers.get(numbers.size() - 1))) {
                problem(node, at(key), "contains " + shown(node), fix);
                return List.of();
            }
            numbers.add(number.get());
        }
        return numbers;
    }

    /** A required name of a file that lies in the folder of a version or of its model. */
    String fileName(String key, String fallback) {
        return text(
                key,
                fallback,
                name -> FILE_NAME.matcher(name).matches(),
                "give the name of a file in the folder of the version or of the model, such as " + fallback);
    }

    /** Whether the value is this text. */
    boolean isWord(String key, String word) {
        return value(key) instanceof ScalarNode text && text.getValue().equals(word);
    }

    /** Whether the value is the plain word null, which YAML reads as no value. */
    boolean isWordNull(String key) {
        keysAsked.add(key);
        return entries.get(key) instanceof ScalarNode word && word.getValue().equals("null");
    }

    /** The mapping under {@code key}. */
    YamlMapping mapping(String key) {
        return of(value(key), at(key), problems);
    }

    /** The keys of this mapping, for mappings whose keys are data; marks all of them as known. */
    Set<String> dataKeys() {
        keysAsked.addAll(entries.keySet());
        return entries.keySet();
    }

    /** Notes a problem with the value of {@code key}, or with the mapping when the key is absent. */
    void problemAt(String key, String found, String fix) {
        Node node = entries.get(key);
        problems.add(new SpecProblem(node == null ? line : line(node), at(key), found, fix));
    }

    /** Notes every key that nobody asked for. To be called last. */
    void refuseUnknownKeys() {
        for (Map.Entry<String, Node> entry : entries.entrySet()) {
            if (!keysAsked.contains(entry.getKey())) {
                problem(
                        entry.getValue(),
                        at(entry.getKey()),
                        "is not a known key",
                        "remove it or use one of " + String.join(", ", keysAsked));
            }
        }
    }

    static Optional<Long> longOf(Node node) {
        if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.INT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(scalar.getValue()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static String shown(Node node) {
        if (node instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            return "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
        }
        return node instanceof SequenceNode list
                ? "a list of " + list.getValue().size()
                : "a mapping";
    }

    private static Optional<Double> doubleOf(Node node) {
        if (!(node instanceof ScalarNode scalar)
                || !(scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
            return Optional.empty();
        }
        try {
            double number = Double.parseDouble(scalar.getValue());
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private @Nullable Node value(String key) {
        keysAsked.add(key);
        Node node = entries.get(key);
        return node == null || node.getTag().equals(Tag.NULL) ? null : node;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void problem(Node node, String where, String found, String fix) {
        problems.add(new SpecProblem(line(node), where, found, fix));
    }

    private static int line(@Nullable Node node) {
        return node == null
                ? 1
                : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
