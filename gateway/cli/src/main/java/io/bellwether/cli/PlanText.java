package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a rollout was created to do, in words: whose requests it is about, its steps and their gates. */
final class PlanText {
    private static final String MANUAL = "MANUAL";

    private PlanText() {}

    /** Its steps, with what each arm gets. */
    static List<String> steps(JsonNode rollout) {
        boolean gated = !gated(rollout).isEmpty();
        List<String> header =
                new ArrayList<>(List.of("STEP", "CANDIDATE", "COMPARED WITH", "OTHERS", "BAKE", "REQUESTS"));
        if (gated) {
            header.add("GATE");
        }
        TextTable table = new TextTable(header.toArray(String[]::new));
        int number = 1;
        for (JsonNode step : rollout.path("steps")) {
            double weight = step.path("weightPercent").asDouble();
            double compared = Math.min(weight, 100 - weight);
            List<String> cells = new ArrayList<>(List.of(
                    Integer.toString(number),
                    RolloutText.percent(weight),
                    RolloutText.percent(compared),
                    RolloutText.percent(100 - weight - compared),
                    step.path("bakeSecondsMin").asLong() + " s",
                    Long.toString(step.path("requestsMin").asLong())));
            if (gated) {
                cells.add(isGated(step) ? "a person" : "");
            }
            table.row(cells.toArray(String[]::new));
            number++;
        }
        return table.lines();
    }

    /** Which of its steps only a person leaves upwards; empty if none is so. */
    static Optional<String> gates(JsonNode rollout) {
        List<String> gated = gated(rollout);
        return gated.isEmpty()
                ? Optional.empty()
                : Optional.of("manual gates: a person lets it pass after step " + String.join(", ", gated));
    }

    /** What a rollout that waits at a gate waits for; empty if it does not. */
    static Optional<String> waiting(JsonNode rollout) {
        if (!rollout.path("waitingAtGate").asBoolean()) {
            return Optional.empty();
        }
        boolean last = rollout.path("step").asInt() >= rollout.path("steps").size() - 1;
        return Optional.of("waiting at gate, say bellwether rollout " + (last ? "promote " : "advance ")
                + rollout.path("id").asText());
    }

    /** Why its next step would not fit, by what gateways project of the candidate; empty if nothing speaks against it. */
    static Optional<String> capacity(JsonNode rollout) {
        String problem = rollout.path("verdict").path("stepProblem").asText();
        boolean running = rollout.path("state").asText().equals("RUNNING");
        return problem.isEmpty() || !running
                ? Optional.empty()
                : Optional.of("the next step waits for capacity: " + problem);
    }

    /** Whose requests a rollout, or a route, is about; empty if everybody's. */
    static Optional<String> target(JsonNode about) {
        JsonNode target = about.path("target");
        if (!target.isObject()) {
            return Optional.empty();
        }
        return Optional.of(
                target.has("tenants")
                        ? "requests of tenant " + listed(target.path("tenants"))
                        : "requests with " + target.path("header").asText() + " " + listed(target.path("values")));
    }

    /** The same of a rollout, and what that means for all others. */
    static Optional<String> targetExplained(JsonNode rollout) {
        return target(rollout)
                .map(target -> "target: " + target + "; all others stay with version "
                        + rollout.path("stableVersion").asText() + " and are not compared, and a promotion gives them"
                        + (AbText.isAb(rollout)
                                ? " the promoted version too"
                                : " version " + rollout.path("candidateVersion").asText() + " too"));
    }

    private static String listed(JsonNode names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.asText()));
        return String.join(" or ", all);
    }

    /** Steps are counted from 1 for people. */
    private static List<String> gated(JsonNode rollout) {
        List<String> gated = new ArrayList<>();
        int number = 1;
        for (JsonNode step : rollout.path("steps")) {
            if (isGated(step)) {
                gated.add(Integer.toString(number));
            }
            number++;
        }
        return gated;
    }

    private static boolean isGated(JsonNode step) {
        return step.path("gate").asText().equals(MANUAL);
    }
}
