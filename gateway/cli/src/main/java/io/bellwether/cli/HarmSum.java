package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** The evidence of harm of all guardrails and declared slices together, as the table of a verdict shows it. */
final class HarmSum {
    private HarmSum() {}

    /**
     * The sum of the e-values for harm, each weighted by its share of the error budget. The verdict itself holds the
     * greatest that this sum has ever been, which is what decides, and begins at 1.
     */
    static double now(JsonNode verdict) {
        return weighted(verdict.path("guardrails")) + weighted(verdict.path("slices"));
    }

    /** The evidence, as a natural logarithm, with which one guardrail spends the whole error budget by itself. */
    static double logLevelAlone(JsonNode guardrail, JsonNode verdict) {
        double weight = guardrail.path("weight").asDouble();
        double level = verdict.path("logERollBack").asDouble();
        return weight > 0 ? level - Math.log(weight) : level;
    }

    private static double weighted(JsonNode evidence) {
        double sum = 0;
        for (JsonNode one : evidence) {
            sum += one.path("weight").asDouble() * Math.exp(one.path("logEHarm").asDouble());
        }
        return sum;
    }
}
