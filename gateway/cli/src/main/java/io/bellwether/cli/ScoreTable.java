package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the answers of both versions score, or whose their embeddings look like, bin by bin, and whether that has moved. */
final class ScoreTable {
    private static final int MARK_WIDTH = 20;

    private ScoreTable() {}

    /** Empty where no answer has a score. */
    static List<String> of(JsonNode scores) {
        return of(scores, "Scores", "SCORE");
    }

    /** Empty where no answer is an embedding. */
    static List<String> ofEmbeddings(JsonNode embeddings) {
        return of(embeddings, "Embeddings", "LOOKS LIKE");
    }

    private static List<String> of(JsonNode scores, String what, String header) {
        if (!scores.isObject()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(what + ": " + scores.path("sentence").asText() + "; "
                + (scores.path("holding").asBoolean() ? "nothing goes up while this is so" : "that holds nothing up")
                + ". The detector is at "
                + VerdictTables.eValue(scores.path("logE").asDouble()) + " of "
                + VerdictTables.eValue(scores.path("logELevel").asDouble())
                + ", which equal versions reach once in 90 days.");
        double control = sum(scores, "control");
        double candidate = sum(scores, "candidate");
        if (control > 0 && candidate > 0) {
            TextTable table = new TextTable(header, "CONTROL", "CANDIDATE", "CHANGE", "");
            for (JsonNode bin : scores.path("bins")) {
                double ofControl = bin.path("control").asDouble() / control;
                double ofCandidate = bin.path("candidate").asDouble() / candidate;
                if (ofControl > 0 || ofCandidate > 0) {
                    table.row(
                            bin.path("range").asText(),
                            percent(ofControl),
                            percent(ofCandidate),
                            String.format(Locale.ROOT, "%+.1f pt", 100 * (ofCandidate - ofControl)),
                            mark(ofControl, ofCandidate));
                }
            }
            lines.addAll(table.lines());
        }
        return lines;
    }

    private static double sum(JsonNode scores, String arm) {
        double sum = 0;
        for (JsonNode bin : scores.path("bins")) {
            sum += bin.path(arm).asDouble();
        }
        return sum;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A sign for each point that the share grew or shrank. */
    private static String mark(double ofControl, double ofCandidate) {
        long points = Math.round(100 * (ofCandidate - ofControl));
        return (points < 0 ? "-" : "+").repeat((int) Math.min(MARK_WIDTH, Math.abs(points)));
    }
}
