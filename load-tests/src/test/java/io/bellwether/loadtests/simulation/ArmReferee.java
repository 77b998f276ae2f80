package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Command;
import io.bellwether.loadtests.simulation.Violation.Rule;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Kill;
import io.bellwether.routing.PlannedArm;
import io.bellwether.routing.Rollout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts for itself which arms of A/B/n are left, and sees that the fold says the same. */
final class ArmReferee {
    private final Map<String, Set<String>> takenBack = new HashMap<>();

    /** The arm that a command is about; empty for the whole rollout. */
    static String arm(Command command) {
        return command.getRollBack().getVersion() + command.getPromote().getVersion();
    }

    /** Keys of the arms that the fold says were taken back. */
    static Set<String> takenBack(Rollout rollout) {
        return rollout.trail().armsTakenBack().stream()
                .map(version -> Kill.key(rollout.id(), version))
                .collect(Collectors.toUnmodifiableSet());
    }

    void applied(ControlState after, Command command) {
        Rollout rollout = after.rollout(command.getRolloutId()).orElse(null);
        if (rollout == null || !rollout.plan().isAb()) {
            return;
        }
        Set<String> gone = takenBack.computeIfAbsent(rollout.id(), id -> new HashSet<>());
        String arm = arm(command);
        if (command.hasRollBack() && !arm.isEmpty()) {
            demand(gone.add(arm), command, "arm " + arm + " was taken back before");
        }
        List<PlannedArm> left = rollout.plan().arms().stream()
                .filter(planned -> !gone.contains(planned.version()))
                .toList();
        if (rollout instanceof Rollout.Live live) {
            demand(!left.isEmpty(), command, "no arm is left, and the rollout goes on");
            demand(live.liveArms().equals(left), command, "left are " + live.liveArms() + ", expected " + left);
        } else if (command.hasRollBack() && !arm.isEmpty()) {
            demand(left.isEmpty(), command, "it ended though " + left + " are left");
        } else if (rollout instanceof Rollout.Promoted promoted) {
            demand(
                    promoted.promotedVersion().equals(arm) && !gone.contains(arm),
                    command,
                    "promoted is " + promoted.promotedVersion() + ", taken back were " + gone);
            demand(
                    after.stableVersion(command.getModel()).filter(arm::equals).isPresent(),
                    command,
                    "the stable version is " + after.stableVersion(command.getModel()));
        }
    }

    private static void demand(boolean holds, Command command, String what) {
        if (!holds) {
            throw new Violation(
                    Rule.ARMS_APART, "after " + command.getId() + " of " + command.getRolloutId() + ": " + what);
        }
    }
}
