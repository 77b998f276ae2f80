package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a rollout whose candidate serves nobody. */
final class ShadowOptions {

    /** Words for the rules by which two answers are compared. */
    enum Rule {
        TOLERANCE,
        LABEL,
        RANKING,
        COSINE
    }

    @Option(
            names = "--shadow",
            paramLabel = "PERCENT",
            arity = "0..1",
            fallbackValue = "100",
            description =
                    "The candidate serves nobody: it gets copies of so many of the answered requests, and its answers"
                            + " are compared. Instead of --step. Default: ${FALLBACK-VALUE}.")
    private @Nullable BigDecimal share;

    @Option(
            names = "--twin",
            paramLabel = "PERCENT",
            description =
                    "Ask the stable version once more for so many of the copied requests, to see how often it differs"
                            + " from itself. Default: 0.")
    private @Nullable BigDecimal twin;

    @Option(
            names = "--compare",
            paramLabel = "RULE",
            description =
                    "When two answers agree: tolerance (every number), label (largest of each row), ranking (top of"
                            + " each row), cosine (of each row). Default: tolerance.")
    private @Nullable Rule rule;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            description = "Largest difference of a number, as a share of it or, below 1, as it is. Default: 0.001.")
    private @Nullable Double tolerance;

    @Option(names = "--top", paramLabel = "N", description = "Length of the ranking that is compared. Default: 5.")
    private @Nullable Integer top;

    @Option(
            names = "--at-least",
            paramLabel = "SHARE",
            description = "Share of the ranking that must be the same (default 0.8), or the cosine (default 0.999).")
    private @Nullable Double atLeast;

    /** Puts what was given into the rollout; what it had stays where nothing was given. */
    void into(ObjectNode rollout) {
        if (share != null) {
            rollout.withObjectProperty("shadow").put("sharePercent", share);
        }
        if (twin != null) {
            rollout.withObjectProperty("shadow").put("twinPercent", twin);
        }
        if (rule != null || tolerance != null || top != null || atLeast != null) {
            ObjectNode comparison = rollout.withObjectProperty("shadow").withObjectProperty("comparison");
            Optional.ofNullable(rule).ifPresent(word -> comparison.put("rule", word.name()));
            Optional.ofNullable(tolerance).ifPresent(value -> comparison.put("tolerance", value));
            Optional.ofNullable(top).ifPresent(value -> comparison.put("top", value));
            Optional.ofNullable(atLeast).ifPresent(value -> comparison.put("atLeast", value));
        }
    }
}
