package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The steps and margins of the demo's rollouts: wider than the defaults, so that minutes suffice. Said openly. */
final class DemoPlan {
    static final String MODEL = "digits";

    private static final double ALPHA = 0.01;
    private static final double BETA = 0.05;
    private static final double ERROR_ODDS = 1.5;
    private static final double ERROR_FLOOR = 0.01;
    private static final double LATENCY_P50 = 0.25;
    private static final double LATENCY_P95 = 0.5;
    private static final double COST = 0.25;
    private static final double CLASS_ODDS = 2.0;
    private static final List<Step> STEPS = List.of(new Step(25, 8, 1_000), new Step(50, 8, 1_500));

    private record Step(int weightPercent, int bakeSecondsMin, int requestsMin) {}

    private DemoPlan() {}

    /** The body of the request that creates the rollout. */
    static ObjectNode rollout(Scenario scenario) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", MODEL);
        body.put("stableVersion", scenario.stable());
        body.put("candidateVersion", scenario.candidate());
        body.put("reason", "demo: " + scenario.name());
        body.put("actor", "person:demo");
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
        text.append("Margins, wider than the defaults so that minutes suffice: errors odds ")
                .append(ERROR_ODDS);
        text.append(" and above ")
                .append(percent(ERROR_FLOOR))
                .append(", latency p50 +")
                .append(percent(LATENCY_P50));
        text.append(", p95 +").append(percent(LATENCY_P95)).append(", cost +").append(percent(COST));
        text.append(", class odds ").append(CLASS_ODDS).append(".\n");
        text.append("A harmless candidate is taken back in at most ").append(percent(ALPHA));
        text.append(" of rollouts; one at a margin is promoted in at most ")
                .append(percent(BETA))
                .append(".");
        return text.toString();
    }

    private static String percent(double share) {
        return String.format("%.0f %%", share * 100);
    }
}
