package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** The steps and margins of the demo's rollouts: latency and cost wider than the defaults, so that minutes suffice. */
final class DemoPlan {
    static final String MODEL = "digits";
    /** The stable version of a platform that nobody has touched. */
    static final String STABLE = "1";

    static final String ACTOR = "person:demo";

    private static final double ALPHA = 0.01;
    private static final double BETA = 0.05;
    private static final double ERROR_ODDS = 1.25;
    private static final double ERROR_FLOOR = 0.005;
    private static final double LATENCY_P50 = 0.2;
    private static final double LATENCY_P95 = 0.4;
    private static final double LATENCY_P99 = 0.8;
    private static final double COST = 0.2;
    private static final double CLASS_ODDS = 1.5;
    private static final List<Step> STEPS =
            List.of(new Step(15, 10, 500), new Step(30, 10, 1_000), new Step(50, 10, 2_000));

    private record Step(int weightPercent, int bakeSecondsMin, int requestsMin) {}

    private DemoPlan() {}

    /** The body of the request that creates the rollout. */
    static ObjectNode rollout(Scenario scenario) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", MODEL);
        body.put("stableVersion", scenario.stable());
        body.put("candidateVersion", scenario.candidate());
        body.put("reason", "demo: " + scenario.name());
        body.put("actor", ACTOR);
        // The slow candidate would be refused before its first request: it could not carry all of the traffic.
        body.put("ignoreCapacity", true);
        var steps = body.putArray("steps");
        for (var step : STEPS) {
            steps.addObject()
                    .put("weightPercent", step.weightPercent())
                    .put("bakeSecondsMin", step.bakeSecondsMin())
                    .put("requestsMin", step.requestsMin());
        }
        body.putObject("guardrails")
                .put("alpha", ALPHA)
                .put("beta", BETA)
                .put("errorOddsMargin", ERROR_ODDS)
                .put("errorFloor", ERROR_FLOOR)
                .put("latencyP50Margin", LATENCY_P50)
                .put("latencyP95Margin", LATENCY_P95)
                .put("latencyP99Margin", LATENCY_P99)
                .put("costMargin", COST)
                .put("classOddsMargin", CLASS_ODDS);
        return body;
    }

    /** The plan in words. */
    static String words() {
        var text = new StringBuilder();
        text.append("Steps: ");
        for (var step : STEPS) {
            text.append(step.weightPercent()).append(" % (at least ").append(step.bakeSecondsMin());
            text.append(" s and ").append(step.requestsMin()).append(" requests an arm), ");
        }
        text.append("then all.\n");
        text.append("Margins: errors odds ").append(ERROR_ODDS);
        text.append(" and above ")
                .append(percent(ERROR_FLOOR))
                .append(", latency p50 +")
                .append(percent(LATENCY_P50));
        text.append(", p95 +")
                .append(percent(LATENCY_P95))
                .append(", p99 +")
                .append(percent(LATENCY_P99))
                .append(", cost +")
                .append(percent(COST));
        text.append(", class odds ").append(CLASS_ODDS);
        text.append(". Those of latency and cost are wider than the defaults, so that minutes suffice.\n");
        text.append("A harmless candidate is taken back in at most ").append(percent(ALPHA));
        text.append(" of rollouts; one at a margin is promoted in at most ")
                .append(percent(BETA))
                .append(".");
        return text.toString();
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
    }
}
