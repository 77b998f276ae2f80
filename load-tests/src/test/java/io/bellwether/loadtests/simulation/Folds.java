package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Folded;
import io.bellwether.routing.Rollout;

/** The fold of the platform, and two that break a rule. */
final class Folds {
    private Folds() {}

    static LogReferee.Folding of(Sabotage sabotage) {
        return switch (sabotage) {
            case OBEYS_STALE -> Folds::obeyingStale;
            case TAKES_ALL_ARMS -> Folds::takingAllArms;
            case APPLIES_TWICE -> Folds::applyingTwice;
            default -> ControlState::apply;
        };
    }

    private static Folded obeyingStale(ControlState state, Command command, long position) {
        long version =
                state.liveRollout(command.getModel()).map(Rollout::version).orElse(command.getBasedOnVersion());
        return state.apply(command.toBuilder().setBasedOnVersion(version).build(), position);
    }

    private static Folded takingAllArms(ControlState state, Command command, long position) {
        return state.apply(
                command.hasRollBack()
                        ? command.toBuilder()
                                .setRollBack(RollBack.getDefaultInstance())
                                .build()
                        : command,
                position);
    }

    private static Folded applyingTwice(ControlState state, Command command, long position) {
        String id = state.alreadyApplied(command) ? command.getId() + "#" + position : command.getId();
        return state.apply(command.toBuilder().setId(id).build(), position);
    }
}
