package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The evidence of a verdict in tables: guardrail by guardrail, the objective, the declared slices, the scores and embeddings. */
final class VerdictTables {
    private static final double LN_MILLION = Math.log(1e6);

    private VerdictTables() {}

    /** The evidence of a verdict, guardrail by guardrail. */
    static List<String> of(JsonNode verdict) {
        List<String> lines = new ArrayList<>();
        lines.add("Evidence of state version " + verdict.path("rolloutVersion").asLong() + ", up to "
                + RolloutText.at(verdict.path("atMillis")) + " UTC; configuration "
                + verdict.path("configHash").asText("-") + ".");
        boolean pairs = verdict.path("unit").asText().equals("pair");
        lines.add(
                pairs
                        ? "Compared: " + RolloutText.count(verdict, "controlRequests")
                                + " pairs of answers to the same requests; nobody was served by the candidate."
                        : "Compared: " + RolloutText.count(verdict, "controlRequests") + " requests of control, "
                                + RolloutText.count(verdict, "candidateRequests") + " of the candidate; "
                                + RolloutText.exposed(verdict) + ".");
        RolloutText.clients(verdict)
                .ifPresent(clients -> lines.add("Judged by clients, each by its first request: " + clients + "."));
        lines.add((pairs ? "It is ended" : "It is taken back") + " when the weighted sum of HARM reaches "
                + eValue(verdict.path("logERollBack").asDouble()) + " (now "
                + eValue(Math.log(HarmSum.now(verdict))) + ", at its greatest "
                + eValue(verdict.path("logECombined").asDouble())
                + (pairs ? "), and called safe when each SAFE reaches " : "), and goes up when each SAFE reaches ")
                + eValue(verdict.path("logEPromote").asDouble()) + ".");
        TextTable table = new TextTable(
                "GUARDRAIL",
                "CONTROL",
                "CANDIDATE",
                "CHANGE",
                "MARGIN",
                "WEIGHT",
                "HARM",
                "SAFE",
                "EVENTS",
                "EFFECT",
                "WHAT");
        for (JsonNode guardrail : verdict.path("guardrails")) {
            table.row(
                    guardrail.path("name").asText(),
                    RolloutText.value(guardrail, "controlValue"),
                    RolloutText.value(guardrail, "candidateValue"),
                    change(guardrail),
                    String.format(Locale.ROOT, "%.3g", guardrail.path("margin").asDouble()),
                    String.format(Locale.ROOT, "%.2g", guardrail.path("weight").asDouble()),
                    eValue(guardrail.path("logEHarm").asDouble()),
                    eValue(guardrail.path("logESafe").asDouble()),
                    RolloutText.events(guardrail),
                    EffectText.of(guardrail),
                    guardrail.path("detail").asText());
        }
        lines.addAll(table.lines());
        outcomes(verdict).ifPresent(lines::add);
        objective(verdict).ifPresent(lines::add);
        lines.addAll(slices(verdict));
        lines.addAll(ScoreTable.of(verdict.path("scores")));
        lines.addAll(ScoreTable.ofEmbeddings(verdict.path("embeddings")));
        return lines;
    }

    /** What numbers that applications tell add to the rules above. */
    private static Optional<String> outcomes(JsonNode verdict) {
        double logLevel = verdict.path("logEOutcomesLevel").asDouble();
        return logLevel > 0
                ? Optional.of(
                        "Outcomes have a part of the error budget of their own: it is taken back, too, when the mean of"
                                + " their HARM reaches " + eValue(logLevel) + " (at its greatest "
                                + eValue(verdict.path("logEOutcomes").asDouble()) + ").")
                : Optional.empty();
    }

    /** How the whole model fares, whichever version is at fault. */
    private static Optional<String> objective(JsonNode verdict) {
        JsonNode objective = verdict.path("objective");
        return objective.isObject()
                ? Optional.of("Objective: " + objective.path("sentence").asText()
                        + (objective.path("burning").asBoolean()
                                ? "; nothing advances while it does"
                                : "; that holds nothing up")
                        + ". That the candidate is part of it: "
                        + eValue(objective.path("logEPart").asDouble()) + " of "
                        + eValue(objective.path("logEPartLevel").asDouble()) + ".")
                : Optional.empty();
    }

    /** What the declared slices show, those with the most harm first. */
    private static List<String> slices(JsonNode verdict) {
        List<JsonNode> slices = new ArrayList<>();
        verdict.path("slices").forEach(slices::add);
        if (slices.isEmpty()) {
            return List.of();
        }
        slices.sort(Comparator.comparingDouble(VerdictTables::weightedHarm).reversed());
        TextTable table = new TextTable(
                "SLICE", "GUARDRAIL", "CONTROL", "CANDIDATE", "CHANGE", "WEIGHT", "HARM", "EVENTS", "EFFECT", "WHAT");
        for (JsonNode one : slices) {
            table.row(
                    one.path("slice").asText(),
                    one.path("name").asText(),
                    RolloutText.value(one, "controlValue"),
                    RolloutText.value(one, "candidateValue"),
                    change(one),
                    String.format(Locale.ROOT, "%.2g", one.path("weight").asDouble()),
                    eValue(one.path("logEHarm").asDouble()),
                    RolloutText.events(one),
                    EffectText.of(one),
                    one.path("detail").asText());
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                "Slices, those with the most harm first. Their HARM counts like that above; none of them has to be safe.");
        lines.addAll(table.lines());
        return lines;
    }

    private static double weightedHarm(JsonNode slice) {
        return slice.path("logEHarm").asDouble() + Math.log(slice.path("weight").asDouble());
    }

    /** Relative for times and costs, in points for shares. */
    private static String change(JsonNode guardrail) {
        double control = guardrail.path("controlValue").asDouble();
        double candidate = guardrail.path("candidateValue").asDouble();
        if (guardrail.path("unit").asText().equals("ratio")) {
            return String.format(Locale.ROOT, "%+.3f pt", 100 * (candidate - control));
        }
        return control > 0 ? String.format(Locale.ROOT, "%+.1f %%", 100 * (candidate / control - 1)) : "-";
    }

    /** An e-value from its natural logarithm: how many times better harm (or safety) explains what was seen. */
    static String eValue(double logE) {
        return logE > LN_MILLION
                ? "1e" + (long) Math.floor(logE / Math.log(10))
                : String.format(Locale.ROOT, "%.3g", Math.exp(logE));
    }
}
