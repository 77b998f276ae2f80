package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what a guardrails file says about shadows: how much their answers may differ, and how much more be wrong. */
final class ShadowNode {
    private static final double LEAST = 1e-6;
    private static final double MOST = 0.49;
    private static final String HARM = "shadowAccuracyHarm";
    private static final String SAFE = "shadowAccuracySafe";
    private static final double SAFE_DEFAULT = 0.01;
    private static final String FIX = "give a share of the pairs of answers, for instance 2% or 0.02";

    private ShadowNode() {}

    /**
     * Writes it in the form of the control API.
     *
     * @param reading takes note of what is wrong
     */
    static void read(Node node, ObjectNode into, YamlReading reading) {
        reading.known(node, "shadow.", Set.of("disagreement", "accuracy")).forEach((key, value) -> {
            if (key.equals("disagreement")) {
                share(value, "shadow.disagreement", "shadowDisagreementMargin", LEAST, into, reading);
            } else if (key.equals("accuracy")) {
                accuracy(value, into, reading);
            }
        });
    }

    private static void accuracy(Node node, ObjectNode into, YamlReading reading) {
        Map<String, Node> settings = reading.known(node, "shadow.accuracy.", Set.of("harm", "safe", "labels-required"));
        settings.forEach((key, value) -> {
            switch (key) {
                case "harm" -> share(value, "shadow.accuracy.harm", HARM, 0, into, reading);
                case "safe" -> share(value, "shadow.accuracy.safe", SAFE, LEAST, into, reading);
                case "labels-required" -> required(value, into, reading);
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

    private static void required(Node node, ObjectNode into, YamlReading reading) {
        String text = YamlReading.text(node);
        if (text.equals("true") || text.equals("false")) {
            into.put("shadowLabelsRequired", text.equals("true"));
        } else {
            reading.problem(
                    node,
                    "shadow.accuracy.labels-required is '" + shown(text) + "'",
                    "expected true (without labels it is never safe) or false");
        }
    }

    private static void share(
            Node node, String name, String field, double least, ObjectNode into, YamlReading reading) {
        String text = YamlReading.text(node);
        double value = NumberText.of(text, true);
        if (Double.isNaN(value)) {
            reading.problem(node, name + " is '" + shown(text) + "', which is not a number", FIX);
        } else if (value < least || value > MOST) {
            reading.problem(node, name + " is " + shown(text) + ", expected " + least + " to " + MOST, FIX);
        } else {
            into.put(field, value);
        }
    }
}
