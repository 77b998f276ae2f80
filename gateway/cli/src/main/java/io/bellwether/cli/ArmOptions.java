package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of a rollout that tries several versions side by side. */
final class ArmOptions {

    /** Kinds of rollouts that have a word of their own. */
    enum Kind {
        AB;

        @Override
        public String toString() {
            return "ab";
        }
    }

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "ab: an A/B/n, which tries several arms side by side instead of one candidate in steps.")
    private List<Kind> kind = List.of();

    @Option(
            names = "--arm",
            paramLabel = "VERSION:WEIGHT",
            converter = ArmText.class,
            description =
                    "One arm of an A/B/n: a version and its percent of the traffic. Repeat it, at most 4 times; the"
                            + " stable version keeps the rest. Arms of one size, and as much for the stable version, are compared"
                            + " as a whole; of a larger one only as much as of the smallest.")
    private List<ObjectNode> arms = List.of();

    /** Puts what was given into the rollout; what it had stays where nothing was given. */
    void into(ObjectNode rollout) {
        kind.forEach(given -> rollout.put("kind", given.toString()));
        if (!arms.isEmpty()) {
            rollout.putArray("arms").addAll(arms);
        }
    }
}
