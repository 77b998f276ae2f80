package io.bellwether.deploy.demo;

import io.bellwether.deploy.demo.RolloutView.VerdictView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a rollout of the demo ended.
 *
 * @param seconds from its creation to its end
 * @param verdict the verdict behind the end, if there was one
 * @param differences what is not as it should be
 */
record Ending(
        Scenario scenario,
        RolloutView rollout,
        double seconds,
        Optional<VerdictView> verdict,
        List<String> differences) {
    private static final String ROW = "%-9s %-12s %-30s %8s %9s %10s %9s  %s%n";

    /** The table at the end of the demo. */
    static String table(List<Ending> endings) {
        var text = new StringBuilder();
        text.append(String.format(
                ROW, "candidate", "outcome", "because of", "seconds", "saw it", "cost USD", "applied", ""));
        for (var ending : endings) {
            text.append(ending.row());
        }
        return text.toString();
    }

    /** The guardrails behind a roll back. */
    Set<String> causes() {
        return causes(rollout, verdict);
    }

    static Set<String> causes(RolloutView rollout, Optional<VerdictView> verdict) {
        return rollout.state().equals(Scenario.ROLLED_BACK)
                ? verdict.map(VerdictView::causes).orElse(Set.of())
                : Set.of();
    }

    private String row() {
        return String.format(
                ROW,
                scenario.name(),
                rollout.state(),
                causes().isEmpty() ? "evidence against harm" : String.join(", ", causes()),
                String.format("%.1f", seconds),
                verdict.map(last -> Long.toString(last.exposedRequests())).orElse("-"),
                verdict.map(last -> dollars(last.exposedCostPicoUsd())).orElse("-"),
                rollout.applyMillis().map(millis -> millis + " ms").orElse("-"),
                differences.isEmpty() ? "as expected" : "NOT as expected: " + String.join("; ", differences));
    }

    static String dollars(long picoUsd) {
        return String.format("%.6f", picoUsd / 1e12);
    }
}
