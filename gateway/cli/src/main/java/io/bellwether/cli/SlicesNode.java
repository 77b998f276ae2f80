package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads slices into the form of the control API. A guardrails file has a property of requests for each key, with the list of
 * its declared values; a rollout file has them as the control API has.
 */
final class SlicesNode {
    private static final int PROPERTIES_MAX = 4;
    private static final int VALUES_MAX = 16;
    private static final String FIX = "expected a list of values, for instance x-bw-segment: [free, paid]";
    private static final Pattern BY = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final ArrayNode into;
    private final YamlReading reading;
    private final Set<String> properties = new HashSet<>();
    private int values;

    private SlicesNode(ArrayNode into, YamlReading reading) {
        this.into = into;
        this.reading = reading;
    }

    /**
     * Writes the slices of a guardrails file.
     *
     * @param all the node of the slices themselves
     * @param reading takes note of what is wrong
     */
    static void read(MappingNode all, ArrayNode into, YamlReading reading) {
        SlicesNode slices = new SlicesNode(into, reading);
        reading.entries(all, "slices.").forEach(slices::property);
        slices.limits(all);
    }

    /** The same of a list of properties with their values. */
    static void read(SequenceNode all, ArrayNode into, YamlReading reading) {
        SlicesNode slices = new SlicesNode(into, reading);
        for (int i = 0; i < all.getValue().size(); i++) {
            Node one = all.getValue().get(i);
            Map<String, Node> entries = reading.known(one, "guardrails.slices[" + i + "].", Set.of("by", "values"));
            Node by = entries.get("by");
            if (one instanceof MappingNode) {
                slices.property(by == null ? "" : YamlReading.text(by), entries.getOrDefault("values", one));
            }
        }
        slices.limits(all);
    }

    private void limits(Node all) {
        if (into.size() > PROPERTIES_MAX || values > VALUES_MAX) {
            reading.problem(
                    all,
                    "the slices are told apart by " + into.size() + " properties with " + values
                            + " values, expected at most " + PROPERTIES_MAX + " and " + VALUES_MAX,
                    "declare those whose harm would matter most");
        }
    }

    private void property(String by, Node node) {
        if (!BY.matcher(by).matches()) {
            reading.problem(
                    node,
                    "'" + shown(by) + "' is nothing to tell slices apart by",
                    "give tenant, or the name of a request header: 1 to 64 characters A-Z a-z 0-9 -");
        } else if (!properties.add(by.toLowerCase(Locale.ROOT))) {
            reading.problem(
                    node,
                    "slices are told apart by '" + by + "' twice, upper or lower case",
                    "list all of its values once");
        }
        Set<String> declared = values(by, node);
        values += declared.size();
        ArrayNode array = into.addObject().put("by", by).putArray("values");
        declared.forEach(array::add);
    }

    private Set<String> values(String by, Node node) {
        Set<String> declared = new LinkedHashSet<>();
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            reading.problem(node, "the slices by '" + shown(by) + "' have no values", FIX);
            return declared;
        }
        for (Node value : sequence.getValue()) {
            if (!(value instanceof ScalarNode scalar)) {
                reading.problem(value, "a value of the slices by '" + shown(by) + "' is not a word", FIX);
            } else if (!VALUE.matcher(scalar.getValue()).matches()) {
                reading.problem(
                        value,
                        "'" + shown(scalar.getValue()) + "' is not a value of a slice",
                        "give 1 to 64 letters, digits, '.', '_' or '-'");
            } else if (!declared.add(scalar.getValue())) {
                reading.problem(
                        value,
                        "the slices by '" + shown(by) + "' have the value '" + scalar.getValue() + "' twice",
                        "keep one of them");
            }
        }
        return declared;
    }
}
