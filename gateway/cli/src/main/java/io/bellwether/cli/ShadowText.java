package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A shadow of the control API in words. */
final class ShadowText {
    private ShadowText() {}

    static List<String> of(JsonNode shadow) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "shadow: %s %% of the requests are copied, %s %% of those to the stable version too; answers agree by %s",
                plain(shadow.path("sharePercent")),
                plain(shadow.path("twinPercent")),
                shadow.path("comparison").path("rule").asText("TOLERANCE").toLowerCase(Locale.ROOT)));
        JsonNode counts = shadow.path("counts");
        if (counts.isMissingNode()) {
            lines.add("this gateway has copied nothing yet");
            return lines;
        }
        TextTable table = new TextTable("COPIES TO", "AGREE", "DIFFER", "DIFFER SHARE", "INCOMPARABLE", "FAILED");
        row(table, "candidate", counts.path("candidate"));
        row(table, "stable version", counts.path("twin"));
        lines.addAll(table.lines());
        lines.add("dropped: " + counts.path("dropped").asLong() + "; all of this gateway, since it started");
        return lines;
    }

    private static void row(TextTable table, String to, JsonNode answers) {
        long agree = answers.path("agree").asLong();
        long differ = answers.path("differ").asLong();
        table.row(
                to,
                Long.toString(agree),
                Long.toString(differ),
                agree + differ == 0 ? "-" : String.format(Locale.ROOT, "%.3f %%", 100.0 * differ / (agree + differ)),
                answers.path("incomparable").asText("0"),
                answers.path("failed").asText("0"));
    }

    private static String plain(JsonNode percent) {
        String text = String.format(Locale.ROOT, "%.2f", percent.asDouble());
        return text.replaceAll("\\.?0+$", "");
    }
}
