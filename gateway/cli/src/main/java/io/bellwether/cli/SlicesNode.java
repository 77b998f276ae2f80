package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the slices of a guardrails file: a property of requests for each key, with the list of its declared values. */
final class SlicesNode {
    private static final int PROPERTIES_MAX = 4;
    private static final int VALUES_MAX = 16;
    private static final String FIX = "expected a list of values, for instance x-bw-segment: [free, paid]";

    private SlicesNode() {}

    /**
     * Writes the slices in the form of the control API.
     *
     * @param all the node of the slices themselves
     * @param reading takes note of what is wrong
     */
    static void read(MappingNode all, ArrayNode into, YamlReading reading) {
        Map<String, Node> entries = reading.entries(all, "slices.");
        int count = 0;
        for (Map.Entry<String, Node> entry : entries.entrySet()) {
            List<String> values = values(entry.getKey(), entry.getValue(), reading);
            count += values.size();
            ArrayNode declared = into.addObject().put("by", entry.getKey()).putArray("values");
            values.forEach(declared::add);
        }
        if (entries.size() > PROPERTIES_MAX || count > VALUES_MAX) {
            reading.problem(
                    all,
                    "the slices are told apart by " + entries.size() + " properties with " + count
                            + " values, expected at most " + PROPERTIES_MAX + " and " + VALUES_MAX,
                    "declare those whose harm would matter most");
        }
    }

    private static List<String> values(String by, Node node, YamlReading reading) {
        List<String> values = new ArrayList<>();
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            reading.problem(node, "the slices by '" + by + "' have no values", FIX);
            return values;
        }
        for (Node value : sequence.getValue()) {
            if (value instanceof ScalarNode scalar) {
                values.add(scalar.getValue());
            } else {
                reading.problem(value, "a value of the slices by '" + by + "' is not a word", FIX);
            }
        }
        return values;
    }
}
