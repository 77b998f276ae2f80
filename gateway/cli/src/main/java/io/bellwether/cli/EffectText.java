package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** The bounds within which the candidate's share of events differs from the control's, in points. */
final class EffectText {
    private static final double POINTS = 100;

    private EffectText() {}

    /** A dash where none are stated. */
    static String of(JsonNode guardrail) {
        double lowest = guardrail.path("effectLowest").asDouble();
        double highest = guardrail.path("effectHighest").asDouble();
        return lowest == 0 && highest == 0
                ? "-"
                : String.format(Locale.ROOT, "%+.3f..%+.3f pt", POINTS * lowest, POINTS * highest);
    }
}
