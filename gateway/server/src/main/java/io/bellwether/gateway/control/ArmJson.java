package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.Rollout;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The arms of an A/B/n in the control API. */
final class ArmJson {
    /** What the control API calls a rollout with arms. */
    static final String KIND = "ab";
    /** State of an arm that gets requests. */
    static final String LIVE = "LIVE";

    private static final double BASIS_POINTS_PER_PERCENT = 100.0;

    private ArmJson() {}

    /** The arms of a rollout to be created; none if it is of no kind. */
    static List<PlannedArm> read(JsonFields fields) {
        boolean ab = fields.choice("kind", List.of(KIND)).isPresent();
        List<PlannedArm> arms =
                fields.objects("arms").stream().map(ArmJson::arm).toList();
        if (ab && arms.isEmpty()) {
            fields.problem(
                    "arms is missing: a rollout of kind ab has 1 to 4 of them, each a version and a weightPercent");
        } else if (!ab && !arms.isEmpty()) {
            fields.problem("arms need kind 'ab'");
        }
        return arms;
    }

    private static PlannedArm arm(JsonFields fields) {
        PlannedArm arm = PlannedArm.newBuilder()
                .setVersion(fields.textRequired("version"))
                .setWeightBasisPoints(fields.basisPoints("weightPercent"))
                .build();
        fields.noMore();
        return arm;
    }

    /**
     * What becomes of one arm: what it was planned to get and gets in this gateway, and the latest verdict on it.
     *
     * @param verdict empty as long as monitoring has said nothing of it
     */
    static JsonObject of(
            Rollout rollout,
            io.bellwether.routing.PlannedArm arm,
            KilledRollouts killed,
            Optional<JsonObject> verdict) {
        boolean logged = rollout.trail().armsTakenBack().contains(arm.version());
        boolean live = rollout instanceof Rollout.Live && !logged && !killed.contains(rollout.id(), arm.version());
        JsonObject json = new JsonObject()
                .put("version", arm.version())
                .put("plannedPercent", arm.weightBasisPoints() / BASIS_POINTS_PER_PERCENT)
                .put("weightPercent", weightPercent(rollout, arm, live))
                .put("state", state(rollout, arm, live));
        Optional<Kill> kill = killed.kill(rollout.id(), arm.version());
        kill.ifPresent(one -> json.put(
                "guard",
                new JsonObject()
                        .put("at", one.atMillis())
                        .put("reason", one.reason())
                        .put("published", logged || rollout instanceof Rollout.Ended)));
        verdict.ifPresent(said -> json.put("verdict", said));
        return json;
    }

    /** The arm that became the stable version has what a promoted candidate has: everything. */
    private static double weightPercent(Rollout rollout, io.bellwether.routing.PlannedArm arm, boolean live) {
        if (live) {
            return arm.weightBasisPoints() / BASIS_POINTS_PER_PERCENT;
        }
        return isPromoted(rollout, arm) ? 100 : 0;
    }

    private static boolean isPromoted(Rollout rollout, io.bellwether.routing.PlannedArm arm) {
        return rollout instanceof Rollout.Promoted promoted
                && promoted.promotedVersion().equals(arm.version());
    }

    private static String state(Rollout rollout, io.bellwether.routing.PlannedArm arm, boolean live) {
        if (live) {
            return LIVE;
        }
        if (isPromoted(rollout, arm)) {
            return "PROMOTED";
        }
        boolean takenBack = rollout instanceof Rollout.Live
                || rollout instanceof Rollout.RolledBack
                || rollout.trail().armsTakenBack().contains(arm.version());
        return takenBack ? "TAKEN_BACK" : "ENDED";
    }
}
