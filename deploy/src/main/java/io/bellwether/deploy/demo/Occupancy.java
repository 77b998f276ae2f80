package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who uses the model at the moment.
 *
 * @param stable its stable version
 * @param rollouts all of its rollouts, the newest last
 */
record Occupancy(String stable, List<Use> rollouts) {
    /** A rollout and whose it is. */
    record Use(String id, boolean byDemo, RolloutView view, String stable, String candidate, long createdMillis) {
        static Use parse(JsonNode json) {
            var creation = json.path("history").path(0);
            return new Use(
                    json.path("id").asText(),
                    creation.path("actor").asText().equals(DemoPlan.ACTOR),
                    RolloutView.parse(json),
                    json.path("stableVersion").asText(),
                    json.path("candidateVersion").asText(),
                    creation.path("at").asLong());
        }

        /** The stable version that it left when it ended. */
        String left() {
            return view.state().equals(Scenario.PROMOTED) ? candidate : stable;
        }
    }

    Occupancy {
        rollouts = List.copyOf(rollouts);
    }

    static Occupancy parse(String stable, JsonNode rollouts) {
        var uses = new ArrayList<Use>();
        rollouts.forEach(rollout -> uses.add(Use.parse(rollout)));
        uses.sort(Comparator.comparingLong(Use::createdMillis));
        return new Occupancy(stable, uses);
    }

    /** The live rollouts that the demo may end without asking. */
    List<String> liveOfDemo() {
        return live(true);
    }

    /** The live rollouts of other people. */
    List<String> liveOfOthers() {
        return live(false);
    }

    /** Why the demo must not begin with that stable version unasked, as a sentence that says what to do. */
    Optional<String> objection(String wanted) {
        var others = liveOfOthers();
        if (!others.isEmpty()) {
            var id = others.get(0);
            return Optional.of(
                    "The rollout " + id + " of " + DemoPlan.MODEL + " is live and not the demo's: end it with"
                            + " deploy/bellwether rollout abort " + id + ", or let the demo end it with --take-over.");
        }
        if (!stable.equals(wanted) && !stable.equals(DemoPlan.STABLE) && !isStableLeftByDemo()) {
            return Optional.of("The demo begins with version " + wanted + " of " + DemoPlan.MODEL
                    + " as the stable one, and now it is version " + stable
                    + ": change it with deploy/bellwether model stable " + DemoPlan.MODEL + " " + wanted
                    + ", or let the demo change it with --take-over.");
        }
        return Optional.empty();
    }

    private boolean isStableLeftByDemo() {
        if (rollouts.isEmpty()) {
            return false;
        }
        var newest = rollouts.get(rollouts.size() - 1);
        return newest.byDemo() && newest.left().equals(stable);
    }

    private List<String> live(boolean byDemo) {
        return rollouts.stream()
                .filter(use -> use.view().isLive() && use.byDemo() == byDemo)
                .map(Use::id)
                .toList();
    }
}
