package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How the evidence of a verdict came to be: a mark for each moment that the verdict remembers, and since when. */
final class EvidenceOverTime {
    /** From nothing to all that is needed. */
    private static final String MARKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    private static final double HUNDREDTHS = 100;
    private static final int POINTS_MIN = 2;

    /** From twice as well explained by harm as by safety on, its growth is worth a word. */
    private static final double LOG_E_GROWN = Math.log(2);

    private EvidenceOverTime() {}

    /** A table with a line for each guardrail; nothing while there are fewer than two moments. */
    static List<String> of(JsonNode verdict) {
        JsonNode slots = verdict.path("pastSlots");
        List<String> lines = new ArrayList<>();
        if (slots.size() < POINTS_MIN) {
            return lines;
        }
        lines.add("Over time, " + at(slots.path(0)) + " to " + at(slots.path(slots.size() - 1)) + " UTC, "
                + slots.size() + " moments; a full mark of HARM takes it back by itself, one of SAFE lets it go up.");
        TextTable table = new TextTable("GUARDRAIL", "HARM", "SAFE", "SINCE");
        for (JsonNode guardrail : verdict.path("guardrails")) {
            JsonNode harm = guardrail.path("pastLogEHarm");
            JsonNode safe = guardrail.path("pastLogESafe");
            if (harm.size() == slots.size() && safe.size() == slots.size()) {
                table.row(
                        guardrail.path("name").asText(),
                        marks(harm, HarmSum.logLevelAlone(guardrail, verdict)),
                        marks(safe, verdict.path("logEPromote").asDouble()),
                        since(guardrail, slots));
            }
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static String since(JsonNode guardrail, JsonNode slots) {
        JsonNode harmed = guardrail.path("harmedSinceSlot");
        JsonNode safe = guardrail.path("safeSinceSlot");
        if (harmed.asLong() > 0) {
            return "harm shown at " + at(harmed) + ", growing since " + at(slots.path(lowest(guardrail)));
        }
        if (safe.asLong() > 0) {
            return "safe since " + at(safe);
        }
        JsonNode past = guardrail.path("pastLogEHarm");
        double harm = past.path(past.size() - 1).asDouble() / HUNDREDTHS;
        return harm > LOG_E_GROWN ? "harm grows since " + at(slots.path(lowest(guardrail))) : "";
    }

    /** The last moment at which the evidence of harm was at its lowest: what came since speaks for harm. */
    private static int lowest(JsonNode guardrail) {
        JsonNode past = guardrail.path("pastLogEHarm");
        int lowest = 0;
        for (int i = 1; i < past.size(); i++) {
            if (past.path(i).asLong() <= past.path(lowest).asLong()) {
                lowest = i;
            }
        }
        return lowest;
    }

    private static String marks(JsonNode hundredths, double level) {
        StringBuilder marks = new StringBuilder();
        for (JsonNode value : hundredths) {
            double share = level > 0 ? value.asDouble() / HUNDREDTHS / level : 0;
            // Rounded down: a full mark is shown only when the level is reached.
            int mark = (int) Math.floor(Math.max(0, Math.min(1, share)) * (MARKS.length() - 1));
            marks.append(MARKS.charAt(mark));
        }
        return marks.toString();
    }

    private static String at(JsonNode slot) {
        return RolloutText.atMillis(slot.asLong() * 1_000);
    }
}
