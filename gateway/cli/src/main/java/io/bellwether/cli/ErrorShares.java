package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Whether the share of errors that may be promoted is one that takes no candidate back. */
final class ErrorShares {
    /** What the gateway takes where no floor is given. */
    private static final double FLOOR_DEFAULT = 0.0005;

    private ErrorShares() {}

    /**
     * Takes note if they contradict each other.
     *
     * @param safe where the share that may be promoted is given
     * @param name its name in the file
     * @param guardrails what was read, in the form of the control API
     */
    static void check(Node safe, String name, ObjectNode guardrails, YamlReading reading) {
        double promoted = guardrails.path(Margin.ERROR_SAFE.field()).asDouble();
        double floor = guardrails.path(Margin.ERROR_FLOOR.field()).asDouble(FLOOR_DEFAULT);
        if (promoted < floor) {
            reading.problem(
                    safe,
                    name + " is " + promoted + ", below the floor of errors, which is " + floor,
                    "a share that takes no candidate back may be promoted: give at least that, or leave it out");
        }
    }
}
