package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import java.util.List;
import java.util.Optional;

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
        Rollout next = next(model.live().orElseThrow(), command);
        return next instanceof Rollout.Ended ended ? model.withEnded(ended) : model.withLive((Rollout.Live) next);
    }

    private static Rollout next(Rollout.Live live, Command command) {
        return switch (command.getActionCase()) {
            case PROMOTE ->
                live.plan().isAb()
                        ? live.promote(command.getPromote().getVersion(), cause(command, RolloutAction.PROMOTE))
                        : live.promote(cause(command, RolloutAction.PROMOTE));
            case ROLL_BACK -> rolledBack(live, command);
            case ABORT -> live.abort(cause(command, RolloutAction.ABORT));
            default -> steered(live, command);
        };
    }

    private static Rollout rolledBack(Rollout.Live live, Command command) {
        String arm = command.getRollBack().getVersion();
        HistoryEntry cause = cause(command, RolloutAction.ROLL_BACK);
        return arm.isEmpty() || !live.plan().isAb() ? live.rollBack(cause) : live.rollBackArm(arm, cause);
    }

    private static Rollout steered(Rollout.Live live, Command command) {
        if (live instanceof Rollout.Running running && command.hasAdvance()) {
            return running.advance(cause(command, RolloutAction.ADVANCE));
        }
        if (live instanceof Rollout.Running running && command.hasHold()) {
            return running.hold(cause(command, RolloutAction.HOLD));
        }
        if (live instanceof Rollout.Held held && command.hasResume()) {
            return held.resume(cause(command, RolloutAction.RESUME));
        }
        throw new IllegalStateException(command.getActionCase() + " was not checked against " + live.state());
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
                steps(create),
                create.getKeyHeader(),
                GuardrailDefaults.complete(create.getGuardrails()),
                create.getAutomatic(),
                create.getIgnoreCapacity(),
                Audience.of(create),
                create.hasShadow() ? Optional.of(ShadowRules.complete(create.getShadow())) : Optional.empty(),
                create.getArmsList().stream().map(PlannedArm::of).toList());
    }

    private static List<RolloutStep> steps(CreateRollout create) {
        if (create.hasShadow()) {
            return List.of(ShadowRules.STEP);
        }
        return create.getArmsCount() > 0
                ? List.of(ArmRules.step(create))
                : create.getStepsList().stream().map(RolloutStep::of).toList();
    }

    private static HistoryEntry cause(Command command, RolloutAction action) {
        return new HistoryEntry(
                command.getAtMillis(),
                action,
                command.getActor(),
                ReasonText.start(command.getReason(), REASON_CHARS_MAX),
                command.getId());
    }
}
