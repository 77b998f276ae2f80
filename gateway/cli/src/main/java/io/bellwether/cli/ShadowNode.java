package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Margin.Limits;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what a guardrails file says about shadows: how much their answers may differ, and how much more be wrong. */
final class ShadowNode {
    static final String DISAGREEMENT = "shadowDisagreementMargin";
    static final String HARM = "shadowAccuracyHarm";
    static final String SAFE = "shadowAccuracySafe";
    static final String REQUIRED = "shadowLabelsRequired";

    private static final double SAFE_DEFAULT = 0.01;

    private ShadowNode() {}

    /**
     * Writes it in the form of the control API.
     *
     * @param reading takes note of what is wrong
     */
    static void read(Node node, ObjectNode into, YamlReading reading) {
        reading.known(node, "shadow.", Set.of("disagreement", "accuracy")).forEach((key, value) -> {
            if (key.equals("disagreement")) {
                share(value, "shadow.disagreement", DISAGREEMENT, Limits.PAIRS, into, reading);
            } else if (key.equals("accuracy")) {
                accuracy(value, into, reading);
            }
        });
    }

    private static void accuracy(Node node, ObjectNode into, YamlReading reading) {
        Map<String, Node> settings = reading.known(node, "shadow.accuracy.", Set.of("harm", "safe", "labels-required"));
        settings.forEach((key, value) -> {
            switch (key) {
                case "harm" -> share(value, "shadow.accuracy.harm", HARM, Limits.PAIRS_OR_NONE, into, reading);
                case "safe" -> share(value, "shadow.accuracy.safe", SAFE, Limits.PAIRS, into, reading);
                case "labels-required" -> required(value, "shadow.accuracy.labels-required", into, reading);
                default -> {
                    // Noted as unknown already.
                }
            }
        });
        double harm = into.path(HARM).asDouble(0);
        double safe = into.path(SAFE).asDouble(SAFE_DEFAULT);
        if (safe <= harm) {
            reading.problem(
                    node,
                    "shadow.accuracy.safe is " + safe + ", not above shadow.accuracy.harm, which is " + harm,
                    "a loss that ends no shadow is no harm: give more than that");
        }
    }

    /** Whether labels must come. */
    static void required(Node node, String name, ObjectNode into, YamlReading reading) {
        String text = YamlReading.text(node);
        if (text.equals("true") || text.equals("false")) {
            into.put(REQUIRED, text.equals("true"));
        } else {
            reading.problem(
                    node,
                    name + " is '" + shown(text) + "'",
                    "expected true (without labels it is never safe) or false");
        }
    }

    private static void share(
            Node node, String name, String field, Limits limits, ObjectNode into, YamlReading reading) {
        double value = reading.number(node, name, limits);
        if (!Double.isNaN(value)) {
            into.put(field, value);
        }
    }
}
