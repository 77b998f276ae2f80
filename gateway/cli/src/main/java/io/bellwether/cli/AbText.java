package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Rollouts with several arms in words. Each arm is shown like a candidate; one without a verdict is said to have none. */
final class AbText {
    private static final String NO_VERDICT =
            "no verdict: monitoring has said nothing about this arm, so nothing is known of it";

    private AbText() {}

    static boolean isAb(JsonNode rollout) {
        return rollout.path("arms").isArray();
    }

    /** Versions of all arms. */
    static String versions(JsonNode rollout) {
        List<String> all = new ArrayList<>();
        rollout.path("arms").forEach(arm -> all.add(arm.path("version").asText()));
        return String.join(", ", all);
    }

    /** What names the arm to a command, of one of {@link #arms}; empty of a rollout with one candidate. */
    static String option(JsonNode rollout) {
        return rollout.path("kind").asText().equals("ab")
                ? " --arm " + rollout.path("candidateVersion").asText()
                : "";
    }

    /** One rollout for each arm, as if it were the candidate. */
    static List<JsonNode> arms(JsonNode rollout) {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode arm : rollout.path("arms")) {
            ObjectNode one = rollout.deepCopy();
            one.remove(List.of("arms", "guard", "verdict", "verdictAgeSeconds"));
            one.set("candidateVersion", arm.path("version"));
            one.set("weightPercent", arm.path("weightPercent"));
            one.set("state", arm.path("state"));
            for (String field : List.of("guard", "verdict", "verdictAgeSeconds")) {
                if (arm.has(field)) {
                    one.set(field, arm.path(field));
                }
            }
            all.add(one);
        }
        return all;
    }

    /** A line for each arm: where it stands, and what monitoring says. */
    static List<String> table(JsonNode rollout) {
        TextTable table = new TextTable("ARM", "STATE", "PLANNED", "WEIGHT", "HARM", "VERDICT");
        for (JsonNode arm : rollout.path("arms")) {
            JsonNode verdict = arm.path("verdict");
            table.row(
                    arm.path("version").asText(),
                    arm.path("state").asText(),
                    RolloutText.percent(arm.path("plannedPercent").asDouble()),
                    RolloutText.percent(arm.path("weightPercent").asDouble()),
                    RolloutText.share(verdict, "logECombined", "logERollBack"),
                    said(arm));
        }
        return table.lines();
    }

    private static String said(JsonNode arm) {
        JsonNode guard = arm.path("guard");
        if (guard.isObject() && !guard.path("published").asBoolean()) {
            return "guard: " + guard.path("reason").asText();
        }
        JsonNode verdict = arm.path("verdict");
        return verdict.isObject()
                ? verdict.path("conclusion").asText() + ": "
                        + verdict.path("reason").asText()
                : NO_VERDICT;
    }

    /** Everything about each arm. */
    static List<String> whole(JsonNode rollout) {
        List<String> lines = new ArrayList<>(table(rollout));
        for (JsonNode arm : arms(rollout)) {
            lines.add("");
            lines.add(title(arm));
            lines.addAll(
                    arm.path("verdict").isObject() ? RolloutText.verdict(arm.path("verdict")) : List.of(NO_VERDICT));
        }
        return lines;
    }

    /** Why each arm is where it is. */
    static List<String> explained(JsonNode rollout) {
        List<String> lines = new ArrayList<>(Alarm.of(rollout));
        JsonNode history = rollout.path("history");
        JsonNode last = history.path(history.size() - 1);
        String versions = "versions " + versions(rollout) + " of model '"
                + rollout.path("model").asText() + "' are tried side by side against version "
                + rollout.path("stableVersion").asText();
        lines.add("A/B/n " + rollout.path("state").asText() + ": " + versions + ", with " + RolloutText.weight(rollout)
                + " of the traffic together.");
        lines.add("Last: " + last.path("action").asText() + " by "
                + last.path("actor").asText() + ": " + last.path("reason").asText());
        lines.add(budgets(rollout));
        lines.addAll(table(rollout));
        for (JsonNode arm : arms(rollout)) {
            lines.add("");
            lines.add(title(arm));
            JsonNode verdict = arm.path("verdict");
            if (!verdict.isObject()) {
                lines.add(NO_VERDICT);
                continue;
            }
            lines.addAll(VerdictTables.of(verdict));
            List<String> overTime = EvidenceOverTime.of(verdict);
            if (!overTime.isEmpty()) {
                lines.add("");
                lines.addAll(overTime);
            }
        }
        lines.add("");
        lines.addAll(RolloutText.history(rollout));
        return lines;
    }

    private static String budgets(JsonNode rollout) {
        int arms = rollout.path("arms").size();
        JsonNode guardrails = rollout.path("guardrails");
        return "Error rate: the arms share the budgets, each has 1/" + arms
                + " of them: one that harms no guardrail beyond"
                + " its margin is taken back in at most " + Explanation.chance(guardrails, "alpha")
                + " of rollouts, whichever it is, and one at a margin or beyond is promoted by evidence in at most "
                + Explanation.chance(guardrails, "beta") + ". Which arm is the best is not tested.";
    }

    private static String title(JsonNode arm) {
        return "Arm " + arm.path("candidateVersion").asText() + ", "
                + arm.path("state").asText() + ", " + RolloutText.weight(arm) + " of the traffic:";
    }
}
