package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.routing.Problem.Kind;
import java.util.List;

/** Rules of the command that names a model's stable version. */
final class SetStableRules {

    private SetStableRules() {}

    static void check(List<Problem> problems, ControlState state, Command command) {
        CreateRules.version(problems, "version", command.getSetStable().getVersion());
        if (Actor.of(command.getActor()) != Actor.PERSON) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "actor",
                    "only a person sets the stable version, not '" + CommandCheck.shown(command.getActor()) + "'",
                    "give an actor 'person:<name>'"));
        }
        state.liveRollout(command.getModel())
                .ifPresent(live -> problems.add(new Problem(
                        Kind.CONFLICT,
                        "model",
                        "rollout '" + live.id() + "' of model '" + command.getModel() + "' is live",
                        "promote or abort it first")));
        CreateRules.room(problems, state, command);
    }
}
