package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import org.jspecify.annotations.Nullable;

/** Performs a command that {@link CommandCheck} has found legal. */
final class Moves {

    /** Longest reason kept in the history, in characters. */
    static final int REASON_CHARS_MAX = 500;

    private Moves() {}

    static ModelControl after(ControlState state, Command command) {
        ModelControl model = state.model(command.getModel());
        return switch (command.getActionCase()) {
            case CREATE -> model.withLive(Rollout.create(plan(state, command), cause(command, RolloutAction.CREATE)));
            case SET_STABLE -> model.withStable(command.getSetStable().getVersion(), command.getId());
            default -> moved(model, command);
        };
    }

    private static ModelControl moved(ModelControl model, Command command) {
        Rollout next = next(model.live(), command);
        return next instanceof Rollout.Ended ended ? model.withEnded(ended) : model.withLive((Rollout.Live) next);
    }

    private static Rollout next(Rollout.@Nullable Live live, Command command) {
        if (live instanceof Rollout.Running running) {
            switch (command.getActionCase()) {
                case ADVANCE:
                    return running.advance(cause(command, RolloutAction.ADVANCE));
                case HOLD:
                    return running.hold(cause(command, RolloutAction.HOLD));
                default:
                    break;
            }
        }
        if (live instanceof Rollout.Held held && command.hasResume()) {
            return held.resume(cause(command, RolloutAction.RESUME));
        }
        if (live != null) {
            switch (command.getActionCase()) {
                case PROMOTE:
                    return live.promote(cause(command, RolloutAction.PROMOTE));
                case ROLL_BACK:
                    return live.rollBack(cause(command, RolloutAction.ROLL_BACK));
                case ABORT:
                    return live.abort(cause(command, RolloutAction.ABORT));
                default:
                    break;
            }
        }
        throw new IllegalStateException("unchecked command " + command.getActionCase());
    }

    private static RolloutPlan plan(ControlState state, Command command) {
        CreateRollout create = command.getCreate();
        return new RolloutPlan(
                command.getRolloutId(),
                command.getModel(),
                create.getStableVersion().isEmpty()
                        ? state.stableVersion(command.getModel()).orElseThrow()
                        : create.getStableVersion(),
                create.getCandidateVersion(),
                create.getStepsList().stream()
                        .map(step -> new RolloutStep(
                                step.getWeightBasisPoints(), step.getBakeSecondsMin(), step.getRequestsMin()))
                        .toList(),
                create.getKeyHeader(),
                GuardrailDefaults.complete(create.getGuardrails()),
                create.getAutomatic());
    }

    private static HistoryEntry cause(Command command, RolloutAction action) {
        String reason = command.getReason();
        return new HistoryEntry(
                command.getAtMillis(),
                action,
                command.getActor(),
                reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX),
                command.getId());
    }
}
