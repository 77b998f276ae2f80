package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rollouts of the control API in words. Fields that are absent are shown as 0 or left out, never a failure. */
final class RolloutText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final double PICO = 1e-12;

    private RolloutText() {}

    static List<String> ids(JsonNode rollouts) {
        List<String> ids = new ArrayList<>();
        rollouts.forEach(rollout -> ids.add(rollout.path("id").asText()));
        return ids;
    }

    /** A table of rollouts. */
    static List<String> list(JsonNode rollouts) {
        if (rollouts.isEmpty()) {
            return List.of("no rollouts");
        }
        TextTable table = new TextTable("ID", "MODEL", "VERSIONS", "STATE", "STEP", "WEIGHT", "REASON");
        for (JsonNode rollout : rollouts) {
            JsonNode history = rollout.path("history");
            table.row(
                    rollout.path("id").asText(),
                    rollout.path("model").asText(),
                    versions(rollout),
                    rollout.path("state").asText(),
                    step(rollout),
                    weight(rollout),
                    takenBack(rollout)
                            ? "guard: " + rollout.path("guard").path("reason").asText()
                            : Alarm.unheeded(rollout)
                                    .or(() -> PlanText.waiting(rollout))
                                    .or(() -> PlanText.capacity(rollout))
                                    .orElse(history.path(history.size() - 1)
                                            .path("reason")
                                            .asText()));
        }
        return table.lines();
    }

    /** Everything about one rollout. */
    static List<String> whole(JsonNode rollout) {
        List<String> lines = new ArrayList<>();
        lines.add(summary(rollout));
        lines.addAll(Alarm.of(rollout));
        PlanText.targetExplained(rollout).ifPresent(lines::add);
        PlanText.gates(rollout).ifPresent(lines::add);
        PlanText.capacity(rollout).ifPresent(lines::add);
        if (rollout.has("guard")) {
            lines.add(guard(rollout.path("guard")));
        }
        if (rollout.has("shadow")) {
            lines.add("");
            lines.addAll(ShadowText.of(rollout.path("shadow")));
        }
        if (AbText.isAb(rollout)) {
            lines.add("");
            lines.addAll(AbText.whole(rollout));
        }
        JsonNode verdict = rollout.path("verdict");
        if (verdict.isObject()) {
            lines.add("");
            lines.addAll(verdict(verdict));
        }
        lines.add("");
        lines.addAll(history(rollout));
        return lines;
    }

    /** Who did what, and why. */
    static List<String> history(JsonNode rollout) {
        TextTable history = new TextTable("AT (UTC)", "ACTION", "ACTOR", "REASON");
        for (JsonNode entry : rollout.path("history")) {
            history.row(
                    at(entry.path("at")),
                    entry.path("action").asText(),
                    entry.path("actor").asText(),
                    entry.path("reason").asText());
        }
        return history.lines();
    }

    /** One line: which versions, state, step and weight. */
    static String summary(JsonNode rollout) {
        return "rollout " + rollout.path("id").asText() + " of "
                + rollout.path("model").asText() + ": version "
                + versions(rollout) + ", " + rollout.path("state").asText() + ", step " + step(rollout) + ", weight "
                + weight(rollout) + ", state version " + rollout.path("version").asLong()
                + (takenBack(rollout) ? ", taken back at this gateway" : "")
                + PlanText.waiting(rollout).map(what -> "; " + what).orElse("");
    }

    /** Whether the gateway that was asked gives the candidate nothing, and the control log does not know it yet. */
    private static boolean takenBack(JsonNode rollout) {
        JsonNode guard = rollout.path("guard");
        return guard.isObject() && !guard.path("published").asBoolean();
    }

    private static String guard(JsonNode guard) {
        return "guard: this gateway took the candidate back at " + at(guard.path("at")) + " (UTC): "
                + guard.path("reason").asText()
                + (guard.path("published").asBoolean()
                        ? ""
                        : "; the control log does not have it yet; other gateways were told by the workers that they share");
    }

    /** What a rollout that was not created would do, step by step. */
    static List<String> planned(JsonNode rollout) {
        List<String> lines = new ArrayList<>();
        lines.add("nothing was created; it would be " + summary(rollout));
        lines.add("key header: " + keyHeader(rollout) + "; "
                + (rollout.path("automatic").asBoolean()
                        ? "monitoring advances, promotes and rolls back"
                        : "people advance and promote"));
        PlanText.gates(rollout).ifPresent(lines::add);
        PlanText.targetExplained(rollout).ifPresent(lines::add);
        if (AbText.isAb(rollout)) {
            lines.addAll(AbText.table(rollout));
        } else {
            lines.addAll(rollout.has("shadow") ? ShadowText.of(rollout.path("shadow")) : PlanText.steps(rollout));
        }
        return lines;
    }

    private static String keyHeader(JsonNode rollout) {
        String header = rollout.path("keyHeader").asText();
        return header.isEmpty() ? "-" : header + ", so clients are judged, each by its first request";
    }

    /** What monitoring last concluded, with the evidence for each guardrail. */
    static List<String> verdict(JsonNode verdict) {
        List<String> lines = new ArrayList<>();
        lines.add("verdict: " + verdict.path("conclusion").asText() + ": "
                + verdict.path("reason").asText());
        boolean pairs = verdict.path("unit").asText().equals("pair");
        lines.add(
                pairs
                        ? "compared: " + count(verdict, "controlRequests") + " pairs of answers to the same requests"
                        : "compared: " + count(verdict, "controlRequests") + " control, "
                                + count(verdict, "candidateRequests") + " candidate; exposed: " + exposed(verdict));
        clients(verdict).ifPresent(clients -> lines.add("judged by clients, each by its first request: " + clients));
        lines.add("evidence of harm: " + share(verdict, "logECombined", "logERollBack")
                + (pairs
                        ? " of what ends it; 100 % of SAFE in every line makes it safe, and changes no weight"
                        : " of what rolls back; 100 % of SAFE in every line promotes"));
        TextTable table = new TextTable("GUARDRAIL", "SAFE", "CONTROL", "CANDIDATE", "MARGIN", "EVENTS", "DETAIL");
        for (JsonNode guardrail : verdict.path("guardrails")) {
            table.row(
                    guardrail.path("name").asText(),
                    percentOf(
                            guardrail.path("logESafe").asDouble(),
                            verdict.path("logEPromote").asDouble()),
                    value(guardrail, "controlValue"),
                    value(guardrail, "candidateValue"),
                    String.format(Locale.ROOT, "%.3g", guardrail.path("margin").asDouble()),
                    events(guardrail),
                    guardrail.path("detail").asText());
        }
        lines.addAll(table.lines());
        return lines;
    }

    /** How many clients the evidence is about, where the split is by client. */
    static Optional<String> clients(JsonNode verdict) {
        if (!verdict.path("unit").asText().equals("client")) {
            return Optional.empty();
        }
        long memories = verdict.path("clientMemories").asLong();
        String kept = memories > 1
                ? "; " + memories + " gateways, or runs of one, have seen them, and each has an evidence of its own"
                : "";
        return Optional.of(count(verdict, "controlClients") + " of control, " + count(verdict, "candidateClients")
                + " of the candidate, at least " + count(verdict, "clientsMin") + " of each" + kept);
    }

    /** Events and units of control and candidate; of an outcome the numbers that were told. */
    static String events(JsonNode guardrail) {
        if (HarmSum.isOutcome(guardrail)) {
            return guardrail.path("controlCount").asLong() + " "
                    + guardrail.path("candidateCount").asLong();
        }
        return guardrail.path("controlEvents").asLong() + "/"
                + guardrail.path("controlCount").asLong() + " "
                + guardrail.path("candidateEvents").asLong() + "/"
                + guardrail.path("candidateCount").asLong();
    }

    /** Requests that saw the candidate and what they cost. */
    static String exposed(JsonNode verdict) {
        double usd = verdict.path("exposedCostPicoUsd").asLong() * PICO;
        return count(verdict, "exposedRequests") + " requests saw the candidate and cost "
                + String.format(Locale.ROOT, "%.3g", usd) + " USD";
    }

    static String versions(JsonNode rollout) {
        return rollout.path("stableVersion").asText() + " -> "
                + (AbText.isAb(rollout)
                        ? AbText.versions(rollout)
                        : rollout.path("candidateVersion").asText());
    }

    /** Steps are counted from 1 for people. */
    static String step(JsonNode rollout) {
        int steps = rollout.path("steps").size();
        String step = Integer.toString(rollout.path("step").asInt() + 1);
        return steps == 0 ? step : step + "/" + steps;
    }

    static String weight(JsonNode rollout) {
        return percent(rollout.path("weightPercent").asDouble());
    }

    static String percent(double weight) {
        return String.format(Locale.ROOT, "%.2f", weight).replaceAll("\\.?0+$", "") + " %";
    }

    static String count(JsonNode verdict, String field) {
        return String.format(Locale.ROOT, "%,d", verdict.path(field).asLong());
    }

    static String share(JsonNode verdict, String part, String level) {
        return percentOf(verdict.path(part).asDouble(), verdict.path(level).asDouble());
    }

    /** How far evidence has come towards a level: 0 % to 100 %, or a dash when there is no level. */
    static String percentOf(double logEvidence, double level) {
        if (!(level > 0)) {
            return "-";
        }
        double share = Math.max(0, Math.min(1, logEvidence / level));
        // Rounded down: 100 % is shown only when the level is reached.
        return (int) Math.floor(share * 100) + " %";
    }

    static String value(JsonNode guardrail, String field) {
        double value = guardrail.path(field).asDouble();
        return switch (guardrail.path("unit").asText()) {
            case "seconds" -> String.format(Locale.ROOT, "%.2f ms", value * 1e3);
            case "usd" -> String.format(Locale.ROOT, "%.3g USD", value);
            case "ratio" -> String.format(Locale.ROOT, "%.3f %%", value * 100);
            default -> String.format(Locale.ROOT, "%.4g", value);
        };
    }

    static String at(JsonNode at) {
        return at.asLong() > 0 ? atMillis(at.asLong()) : at.asText();
    }

    static String atMillis(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
