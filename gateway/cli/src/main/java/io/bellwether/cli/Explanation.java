package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a rollout is where it is, in words: what has become of it, because of what, and what that means or what is missing.
 * Everything is read from one record of the control API; nothing is decided here.
 */
final class Explanation {
    private static final String MONITORING = "monitoring";
    private static final String ABSENT = "absent";

    /** Beyond it an e-value is shown as a power of ten. */

    /** Less is shown as a power of ten too. */
    private static final double SHOWN_PERCENT_MIN = 0.01;

    private Explanation() {}

    static List<String> of(JsonNode rollout) {
        if (AbText.isAb(rollout)) {
            return AbText.explained(rollout);
        }
        JsonNode verdict = rollout.path("verdict");
        List<String> lines = new ArrayList<>(Alarm.of(rollout));
        lines.add(what(rollout));
        lines.add(why(rollout, verdict));
        lines.add(meaning(rollout, verdict));
        PlanText.waiting(rollout)
                .ifPresent(what -> lines.add("Next: only a person lets it pass; " + what + ", or abort it."));
        PlanText.capacity(rollout)
                .ifPresent(what -> lines.add("Next: " + what
                        + "; add workers or instances for it, or advance or promote it with --ignore-capacity."));
        PlanText.targetExplained(rollout).ifPresent(lines::add);
        if (rollout.has("shadow")) {
            lines.add("");
            lines.addAll(ShadowText.of(rollout.path("shadow")));
        }
        if (verdict.isObject()) {
            lines.add("");
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

    /** What has become of it. */
    private static String what(JsonNode rollout) {
        String versions = "version " + rollout.path("candidateVersion").asText() + " of model '"
                + rollout.path("model").asText() + "'";
        String where = " in step " + RolloutText.step(rollout) + " with " + weightOfStep(rollout);
        String against = " against version " + rollout.path("stableVersion").asText();
        JsonNode last = last(rollout);
        String by = last.path("actor").asText();
        String when = " at " + RolloutText.at(last.path("at")) + " UTC, " + seconds(rollout) + " after it began";
        return switch (rollout.path("state").asText()) {
            case "PROMOTED" -> "Promoted: " + by + " made " + versions + " the stable one" + where + when + ".";
            case "ROLLED_BACK" -> "Rolled back: " + by + " took back " + versions + where + when + ".";
            case "ABORTED" -> "Aborted: " + by + " took back " + versions + where + when + ".";
            case "HELD" ->
                rollout.has("shadow")
                        ? "Held: " + versions + " gets no copies now, and serves nobody."
                        : "Held: " + versions + " is tried" + against + where + " and stays there.";
            default ->
                rollout.has("shadow")
                        ? "Running: " + versions + " gets copies of requests beside version "
                                + rollout.path("stableVersion").asText() + " and serves nobody."
                        : (rollout.path("waitingAtGate").asBoolean() ? "Waiting at a gate: " : "Running: ") + versions
                                + " is tried" + against + where + ".";
        };
    }

    /** Because of what. */
    private static String why(JsonNode rollout, JsonNode verdict) {
        if (isEnded(rollout)) {
            String reason = last(rollout).path("reason").asText();
            return reason.isEmpty() ? "Why: no reason was given." : "Why: " + sentence(reason);
        }
        JsonNode guard = rollout.path("guard");
        if (guard.isObject()) {
            return "Why: this gateway's guard took the candidate back at " + RolloutText.at(guard.path("at")) + " UTC: "
                    + sentence(guard.path("reason").asText());
        }
        if (!verdict.isObject()) {
            return "Why: monitoring has said nothing about it; see whether it runs and reads the control log.";
        }
        return "Why: monitoring " + Alarm.says(rollout) + " "
                + verdict.path("conclusion").asText() + ": "
                + sentence(verdict.path("reason").asText());
    }

    /** What it means, or what is missing. */
    private static String meaning(JsonNode rollout, JsonNode verdict) {
        JsonNode guardrails = rollout.path("guardrails");
        boolean byEvidence = last(rollout).path("actor").asText().startsWith(MONITORING);
        String state = rollout.path("state").asText();
        Optional<String> byPolicy = byEvidence ? byPolicy(rollout, verdict) : Optional.empty();
        if (byPolicy.isPresent()) {
            return byPolicy.get();
        }
        if (state.equals("ROLLED_BACK") && byEvidence) {
            return "Error rate: a candidate that harms no guardrail beyond its margin is taken back in at most "
                    + chance(guardrails, "alpha") + " of rollouts, however long one watches.";
        }
        if (state.equals("PROMOTED") && byEvidence) {
            return "Error rate: a candidate that is at the margin of a guardrail, or beyond, gets this far in at most "
                    + chance(guardrails, "beta") + " of rollouts.";
        }
        if (!verdict.isObject()) {
            return "Evidence: none yet.";
        }
        String harm = "evidence of harm is " + RolloutText.share(verdict, "logECombined", "logERollBack")
                + (rollout.has("shadow") ? " of what ends it; " : " of what takes it back; ");
        String missing = missing(verdict);
        String rest = missing.isEmpty()
                ? "every guardrail has excluded harm beyond its margin"
                : "not yet excluded is harm beyond the margin of " + missing;
        return (isEnded(rollout) ? "When it ended: " : "So far: ") + harm + rest
                + "; percentages are those of logarithms.";
    }

    /** What a roll-back for want of evidence means, if this is one: no error rate is promised for it. */
    private static Optional<String> byPolicy(JsonNode rollout, JsonNode verdict) {
        boolean policy =
                rollout.path("guardrails").path("onInconclusive").asText().equals("ROLL_BACK");
        if (!policy || !rollout.path("state").asText().equals("ROLLED_BACK")) {
            return Optional.empty();
        }
        if (!verdict.isObject()) {
            return Optional.of("Error rate: none can be told; the verdict is gone, and the policy of this rollout takes"
                    + " back harmless candidates too if the evidence does not suffice by the horizon.");
        }
        return Alarm.isHarmShown(verdict)
                ? Optional.empty()
                : Optional.of(
                        "Error rate: none; harm was not shown, so alpha says nothing about it. The policy takes back"
                                + " every candidate, harmless or not, whose evidence does not suffice by the horizon.");
    }

    /** Guardrails that do not let it go up, with how far they have come. */
    private static String missing(JsonNode verdict) {
        double needed = verdict.path("logEPromote").asDouble();
        List<String> missing = new ArrayList<>();
        for (JsonNode guardrail : verdict.path("guardrails")) {
            double safe = guardrail.path("logESafe").asDouble();
            if (safe < needed && !guardrail.path("detail").asText().startsWith(ABSENT)) {
                missing.add(guardrail.path("name").asText() + " (" + RolloutText.percentOf(safe, needed) + " there)");
            }
        }
        return String.join(", ", missing);
    }

    /** A probability of the plan. */
    static String chance(JsonNode guardrails, String field) {
        double percent = 100 * guardrails.path(field).asDouble();
        if (!(percent > 0)) {
            return "the share it was created with";
        }
        return percent < SHOWN_PERCENT_MIN
                ? String.format(Locale.ROOT, "%.1g %%", percent)
                : RolloutText.percent(percent);
    }

    private static String weightOfStep(JsonNode rollout) {
        JsonNode step = rollout.path("steps").path(rollout.path("step").asInt());
        return RolloutText.percent(step.path("weightPercent").asDouble()) + " of the traffic"
                + (rollout.has("target") ? " of its target" : "");
    }

    private static String seconds(JsonNode rollout) {
        JsonNode history = rollout.path("history");
        long millis =
                last(rollout).path("at").asLong() - history.path(0).path("at").asLong();
        return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }

    private static boolean isEnded(JsonNode rollout) {
        String state = rollout.path("state").asText();
        return !state.equals("RUNNING") && !state.equals("HELD");
    }

    private static JsonNode last(JsonNode rollout) {
        JsonNode history = rollout.path("history");
        return history.path(history.size() - 1);
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
