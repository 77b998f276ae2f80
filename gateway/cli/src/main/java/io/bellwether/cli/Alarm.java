package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a person must know of a live rollout before all else: harm on which nobody acts, and verdicts that come no more. */
final class Alarm {
    private static final Set<String> LIVE = Set.of("RUNNING", "HELD", "LIVE");

    /** Monitoring gives a verdict at least once a second; some are late when it starts or Kafka is busy. */
    private static final long AGE_SECONDS_MAX = 5;

    private Alarm() {}

    /** A sentence for each, of an A/B/n for each of its arms; none if all is well. */
    static List<String> of(JsonNode rollout) {
        List<String> lines = new ArrayList<>();
        if (AbText.isAb(rollout)) {
            AbText.arms(rollout).forEach(arm -> of(arm).forEach(line -> lines.add(ofArm(arm, line))));
            return lines;
        }
        unheeded(rollout).ifPresent(lines::add);
        silence(rollout).ifPresent(lines::add);
        return lines;
    }

    /** The evidence says roll back, and the rollout is one that only people move. */
    static Optional<String> unheeded(JsonNode rollout) {
        if (AbText.isAb(rollout)) {
            return AbText.arms(rollout).stream()
                    .flatMap(arm -> unheeded(arm).map(line -> ofArm(arm, line)).stream())
                    .findFirst();
        }
        JsonNode verdict = rollout.path("verdict");
        boolean manual = rollout.has("automatic") && !rollout.path("automatic").asBoolean();
        if (!manual
                || !isLive(rollout)
                || rollout.path("guard").isObject()
                || !verdict.path("conclusion").asText().equals("ROLL_BACK")) {
            return Optional.empty();
        }
        return Optional.of("Alarm: " + (isHarmShown(verdict) ? "harm is shown" : "its policy is to take it back")
                + ", and nobody acts: the rollout is manual, so the candidate keeps " + RolloutText.weight(rollout)
                + " of the traffic until a person says bellwether rollout rollback "
                + rollout.path("id").asText() + AbText.option(rollout) + ".");
    }

    private static String ofArm(JsonNode arm, String line) {
        return "Arm " + arm.path("candidateVersion").asText() + ": " + line;
    }

    /** The latest verdict is old: what it says may be over. */
    static Optional<String> silence(JsonNode rollout) {
        return isSilent(rollout)
                ? Optional.of("Alarm: the latest verdict is " + age(rollout) + " s old, though one comes every second;"
                        + " see whether monitoring and Kafka run: deploy/bellwether status, or /health/ready of monitoring."
                        + " Until they do the candidate keeps its weight, and only the gateways' guards take it back.")
                : Optional.empty();
    }

    /** How monitoring says its verdict, now or some time ago. */
    static String says(JsonNode rollout) {
        return isSilent(rollout) ? "said " + age(rollout) + " s ago" : "says";
    }

    /** Whether the evidence takes the candidate back, and not the policy for a rollout without enough of it. */
    static boolean isHarmShown(JsonNode verdict) {
        return verdict.path("logECombined").asDouble()
                >= verdict.path("logERollBack").asDouble();
    }

    private static boolean isSilent(JsonNode rollout) {
        return isLive(rollout) && rollout.path("verdict").isObject() && age(rollout) > AGE_SECONDS_MAX;
    }

    private static long age(JsonNode rollout) {
        return rollout.path("verdictAgeSeconds").asLong();
    }

    private static boolean isLive(JsonNode rollout) {
        return LIVE.contains(rollout.path("state").asText());
    }
}
