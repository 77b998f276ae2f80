package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The evidence of harm of all guardrails and declared slices together, as the table of a verdict shows it. Outcomes stand in
 * the same table; they have a part of the error budget, and a sum, of their own.
 */
final class HarmSum {
    private HarmSum() {}

    /**
     * The sum of the e-values for harm, each weighted by its share of the error budget. The verdict itself holds the
     * greatest that this sum has ever been, which is what decides, and begins at 1.
     */
    static double now(JsonNode verdict) {
        return weighted(verdict.path("guardrails")) + weighted(verdict.path("slices"));
    }

    /** Whether it is a number that applications tell. */
    static boolean isOutcome(JsonNode guardrail) {
        return guardrail.path("unit").asText().equals("number");
    }

    /** The evidence, as a natural logarithm, with which one guardrail spends the whole error budget by itself. */
    static double logLevelAlone(JsonNode guardrail, JsonNode verdict) {
        double weight = guardrail.path("weight").asDouble();
        if (isOutcome(guardrail)) {
            long outcomes = stream(verdict.path("guardrails"))
                    .filter(HarmSum::isOutcome)
                    .count();
            return verdict.path("logEOutcomesLevel").asDouble() + Math.log((double) outcomes);
        }
        double level = verdict.path("logERollBack").asDouble();
        return weight > 0 ? level - Math.log(weight) : level;
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static double weighted(JsonNode evidence) {
        double sum = 0;
        for (JsonNode one : evidence) {
            sum += isOutcome(one)
                    ? 0
                    : one.path("weight").asDouble()
                            * Math.exp(one.path("logEHarm").asDouble());
        }
        return sum;
    }
}
