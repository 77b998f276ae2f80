package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what a file says about the scores of answers: from which distance on they have moved, and what that does. */
final class ScoresNode {
    static final String ON_MOVED = "onScoresMoved";

    private static final Map<String, String> MOVES = Map.of("show", "SHOW", "hold", "HOLD");

    private ScoresNode() {}

    /**
     * Writes the settings of a guardrails file in the form of the control API.
     *
     * @param reading takes note of what is wrong
     */
    static void read(Node node, ObjectNode into, YamlReading reading) {
        reading.known(node, "scores.", Set.of("distance", "moved")).forEach((key, value) -> {
            if (key.equals("distance")) {
                double distance = reading.number(value, "scores.distance", Margin.SCORE_DISTANCE.limits());
                into.put(Margin.SCORE_DISTANCE.field(), distance);
            } else if (key.equals("moved")) {
                onMoved(value, "scores.moved", MOVES, into, reading);
            }
        });
    }

    /** What a move does, in the words of the control API. */
    static void onMoved(Node node, String name, ObjectNode into, YamlReading reading) {
        onMoved(node, name, Map.of("SHOW", "SHOW", "HOLD", "HOLD"), into, reading);
    }

    private static void onMoved(
            Node node, String name, Map<String, String> moves, ObjectNode into, YamlReading reading) {
        String text = YamlReading.text(node);
        String move = moves.get(text);
        if (move != null) {
            into.put(ON_MOVED, move);
            return;
        }
        boolean small = moves.containsKey("show");
        reading.problem(
                node,
                name + " is '" + shown(text) + "'",
                "expected " + (small ? "show" : "SHOW") + " (verdicts say that the scores moved) or "
                        + (small ? "hold" : "HOLD") + " (and nothing goes up until a person decides)");
    }
}
