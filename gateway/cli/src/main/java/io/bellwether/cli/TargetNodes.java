package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads the target of a rollout file into the form of the control API: tenants, or a header with values. The gateway has
 * the last word about it; here it is checked so that each problem has its line.
 */
final class TargetNodes {

    static final int NAMES_MAX = 16;

    private static final String TENANTS = "tenants";
    private static final String HEADER = "header";
    private static final String VALUES = "values";
    private static final Set<String> KEYS = Set.of(TENANTS, HEADER, VALUES);
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

    private final YamlReading reading;

    TargetNodes(YamlReading reading) {
        this.reading = reading;
    }

    /** The target; what is wrong with it is noted. */
    ObjectNode read(Node node) {
        ObjectNode target = JsonNodeFactory.instance.objectNode();
        Map<String, Node> entries = reading.known(node, "target.", KEYS);
        Node tenants = entries.get(TENANTS);
        Node header = entries.get(HEADER);
        Node values = entries.get(VALUES);
        boolean byHeader = header != null || values != null;
        if (byHeader == (tenants != null)) {
            reading.problem(
                    node,
                    byHeader ? "target names tenants and a header" : "target names nobody",
                    "give tenants, or header and values; leave the target out for everybody");
        } else if (tenants != null) {
            names(tenants, TENANTS, TENANT, "1 to 64 letters, digits, '-', '_' or '.'", target);
        } else if (header == null || values == null) {
            reading.problem(node, "target has a header or values, and not both", "give header and values");
        } else {
            header(header, target);
            names(values, VALUES, VALUE, "1 to 64 printable characters without a space at either end", target);
        }
        return target;
    }

    private void header(Node node, ObjectNode target) {
        String name = YamlReading.text(node);
        if (!NAME.matcher(name).matches()) {
            reading.problem(
                    node,
                    "target.header is '" + YamlReading.shown(name) + "', which is not the name of a header",
                    "give 1 to 64 characters A-Z a-z 0-9 -");
        }
        target.put(HEADER, name);
    }

    private void names(Node node, String key, Pattern pattern, String expected, ObjectNode target) {
        List<Node> all = node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
        if (all.isEmpty() || all.size() > NAMES_MAX) {
            reading.problem(
                    node, "target." + key + " is not a list of 1 to " + NAMES_MAX, "give a list, for instance [beta]");
            return;
        }
        ArrayNode names = target.putArray(key);
        Map<String, Integer> lines = new HashMap<>();
        for (Node one : all) {
            String name = YamlReading.text(one);
            Integer before = lines.putIfAbsent(name, YamlReading.line(one));
            if (!pattern.matcher(name).matches()) {
                reading.problem(
                        one, "target." + key + " has '" + YamlReading.shown(name) + "'", "expected " + expected);
            } else if (before != null) {
                reading.problem(
                        one,
                        "target." + key + " has '" + YamlReading.shown(name) + "' twice, first in line " + before,
                        "keep one of them");
            }
            names.add(name);
        }
    }
}
