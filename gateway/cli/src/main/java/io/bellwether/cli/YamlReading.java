package io.bellwether.cli;

import io.bellwether.cli.Margin.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What was found wrong while the nodes of one file were read: every problem with its line and its fix. */
final class YamlReading {

    private static final int SHOWN_CHARACTERS_MAX = 40;

    private final List<String> problems = new ArrayList<>();

    /** All that is wrong with the file, one problem a line; empty if nothing is. */
    Optional<String> refusal(Path file) {
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(file + " is refused as a whole:\n  " + String.join("\n  ", problems));
    }

    void problem(Node node, String what, String fix) {
        problem(line(node), what, fix);
    }

    void problem(int line, String what, String fix) {
        problems.add("line " + line + ": " + what + "; " + fix);
    }

    /**
     * The entries of a mapping in order; a key that comes twice, or is none, is noted.
     *
     * @param where its name, ending in a dot; empty for the whole file
     */
    Map<String, Node> entries(MappingNode mapping, String where) {
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problem(tuple.getKeyNode(), "a key of " + where + " is not a word", "give a name before the colon");
            } else {
                Node before = entries.putIfAbsent(key.getValue(), tuple.getValueNode());
                if (before != null) {
                    problem(
                            key,
                            "'" + where + shown(key.getValue()) + "' comes twice, first in line " + line(before),
                            "keep one of them");
                }
            }
        }
        return entries;
    }

    /** The same of a node that should be a mapping with some keys; what else it is or has is noted. */
    Map<String, Node> known(Node node, String where, Set<String> keys) {
        if (!(node instanceof MappingNode mapping)) {
            String name = where.isEmpty() ? "the file" : where.substring(0, where.length() - 1);
            problem(node, name + " is not a set of keys", "expected some of " + new TreeSet<>(keys));
            return Map.of();
        }
        Map<String, Node> entries = entries(mapping, where);
        entries.forEach((key, value) -> {
            if (!keys.contains(key)) {
                problem(
                        value,
                        "'" + where + shown(key) + "' is not a known key",
                        "expected one of " + new TreeSet<>(keys));
            }
        });
        return entries;
    }

    /** The number of a setting; NaN if it has none that can be meant, which is noted. */
    double number(Node node, String name, Limits limits) {
        String text = text(node);
        double value = NumberText.of(text, limits.percent());
        if (Double.isNaN(value)) {
            problem(
                    node,
                    node instanceof ScalarNode
                            ? name + " is '" + shown(text) + "', which is not a number"
                            : name + " is not a number",
                    limits.fix());
            return Double.NaN;
        }
        if (!limits.allows(value)) {
            problem(
                    node,
                    name + " is " + shown(text) + ", expected " + limits.least() + " to " + limits.most(),
                    limits.fix());
            return Double.NaN;
        }
        return value;
    }

    /** The text of a scalar; empty for anything else. */
    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** Counted from 1. */
    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** Foreign text in one line, and not too much of it. */
    static String shown(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARACTERS_MAX ? line : line.substring(0, SHOWN_CHARACTERS_MAX) + "...";
    }
}
