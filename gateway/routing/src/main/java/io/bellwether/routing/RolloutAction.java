package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import java.util.Optional;

/** What an applied command did to a rollout. */
public enum RolloutAction {
    CREATE,
    ADVANCE,
    HOLD,
    RESUME,
    PROMOTE,
    ROLL_BACK,
    ABORT;

    /** What a command does to a rollout, if it is about one and known here. */
    static Optional<RolloutAction> of(Command command) {
        return switch (command.getActionCase()) {
            case CREATE -> Optional.of(CREATE);
            case ADVANCE -> Optional.of(ADVANCE);
            case HOLD -> Optional.of(HOLD);
            case RESUME -> Optional.of(RESUME);
            case PROMOTE -> Optional.of(PROMOTE);
            case ROLL_BACK -> Optional.of(ROLL_BACK);
            case ABORT -> Optional.of(ABORT);
            case SET_STABLE, ACTION_NOT_SET -> Optional.empty();
        };
    }
}
