package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.HistorySnapshot;
import io.bellwether.controlapi.log.ModelSnapshot;
import io.bellwether.controlapi.log.RolloutPhase;
import io.bellwether.controlapi.log.RolloutSnapshot;
import java.util.List;
import java.util.Optional;

/** Maps rollouts to their snapshot messages and back. Reading throws IllegalArgumentException on illegal content. */
final class SnapshotMapping {

    private SnapshotMapping() {}

    static ModelSnapshot write(String name, ModelControl model) {
        ModelSnapshot.Builder snapshot = ModelSnapshot.newBuilder()
                .setModel(name)
                .setStableVersion(model.stableVersion())
                .addAllSetStableCommandIds(model.setStableIds());
        model.live().ifPresent(live -> snapshot.setLive(write(live)));
        model.ended().forEach(ended -> snapshot.addEnded(write(ended)));
        return snapshot.build();
    }

    static ModelControl read(ModelSnapshot snapshot) {
        return new ModelControl(
                snapshot.getStableVersion(),
                snapshot.hasLive() ? Optional.of(live(snapshot.getModel(), snapshot.getLive())) : Optional.empty(),
                snapshot.getEndedList().stream()
                        .map(ended -> ended(snapshot.getModel(), ended))
                        .toList(),
                snapshot.getSetStableCommandIdsList());
    }

    static RolloutPhase phase(RolloutState state) {
        return RolloutPhase.valueOf(state.name());
    }

    static RolloutState state(RolloutPhase phase) {
        return RolloutState.valueOf(phase.name());
    }

    private static RolloutSnapshot write(Rollout rollout) {
        RolloutPlan plan = rollout.plan();
        CreateRollout.Builder create = CreateRollout.newBuilder()
                .setStableVersion(plan.stableVersion())
                .setCandidateVersion(plan.candidateVersion())
                .setKeyHeader(plan.keyHeader())
                .setGuardrails(plan.guardrails())
                .setAutomatic(plan.automatic())
                .setIgnoreCapacity(plan.ignoresCapacity());
        plan.shadow().ifPresent(create::setShadow);
        plan.audience().toMessage().ifPresent(create::setTarget);
        if (plan.isAb()) {
            plan.arms().forEach(arm -> create.addArms(arm.toMessage()));
        } else {
            plan.steps().forEach(step -> create.addSteps(step.toMessage()));
        }
        RolloutSnapshot.Builder snapshot = RolloutSnapshot.newBuilder()
                .setId(plan.id())
                .setPlan(create)
                .setPhase(phase(rollout.state()))
                .setStep(rollout.step())
                .setVersion(rollout.version())
                .setHeldBy(rollout instanceof Rollout.Held held ? held.heldBy() : "")
                .addAllCommandIds(rollout.trail().commandIds())
                .addAllArmsTakenBack(rollout.trail().armsTakenBack());
        if (plan.isAb() && rollout instanceof Rollout.Promoted promoted) {
            snapshot.setPromotedVersion(promoted.promotedVersion());
        }
        rollout.trail()
                .history()
                .forEach(entry -> snapshot.addHistory(HistorySnapshot.newBuilder()
                        .setAtMillis(entry.atMillis())
                        .setAction(entry.action().name())
                        .setActor(entry.actor())
                        .setReason(entry.reason())
                        .setCommandId(entry.commandId())));
        return snapshot.build();
    }

    private static Rollout.Live live(String model, RolloutSnapshot snapshot) {
        RolloutPlan plan = plan(model, snapshot);
        return switch (snapshot.getPhase()) {
            case RUNNING -> new Rollout.Running(plan, step(plan, snapshot), trail(snapshot));
            case HELD -> new Rollout.Held(plan, step(plan, snapshot), trail(snapshot), snapshot.getHeldBy());
            default -> throw new IllegalArgumentException("live rollout in phase " + snapshot.getPhase());
        };
    }

    private static Rollout.Ended ended(String model, RolloutSnapshot snapshot) {
        RolloutPlan plan = plan(model, snapshot);
        int step = step(plan, snapshot);
        return switch (snapshot.getPhase()) {
            case PROMOTED ->
                new Rollout.Promoted(
                        plan,
                        step,
                        trail(snapshot),
                        plan.isAb() ? snapshot.getPromotedVersion() : plan.candidateVersion());
            case ROLLED_BACK -> new Rollout.RolledBack(plan, step, trail(snapshot));
            case ABORTED -> new Rollout.Aborted(plan, step, trail(snapshot));
            default -> throw new IllegalArgumentException("ended rollout in phase " + snapshot.getPhase());
        };
    }

    private static int step(RolloutPlan plan, RolloutSnapshot snapshot) {
        if (snapshot.getStep() < 0 || snapshot.getStep() > plan.lastStep()) {
            throw new IllegalArgumentException(
                    "step " + snapshot.getStep() + " of " + plan.steps().size());
        }
        return snapshot.getStep();
    }

    private static RolloutPlan plan(String model, RolloutSnapshot snapshot) {
        CreateRollout create = snapshot.getPlan();
        return new RolloutPlan(
                snapshot.getId(),
                model,
                create.getStableVersion(),
                create.getCandidateVersion(),
                create.getArmsCount() > 0
                        ? List.of(ArmRules.step(create))
                        : create.getStepsList().stream().map(RolloutStep::of).toList(),
                create.getKeyHeader(),
                // A snapshot of an older release knows fewer guardrails.
                GuardrailDefaults.complete(create.getGuardrails()),
                create.getAutomatic(),
                create.getIgnoreCapacity(),
                Audience.of(create),
                create.hasShadow() ? Optional.of(create.getShadow()) : Optional.empty(),
                create.getArmsList().stream().map(PlannedArm::of).toList());
    }

    private static Trail trail(RolloutSnapshot snapshot) {
        return new Trail(
                snapshot.getVersion(),
                snapshot.getHistoryList().stream()
                        .map(entry -> new HistoryEntry(
                                entry.getAtMillis(),
                                RolloutAction.valueOf(entry.getAction()),
                                entry.getActor(),
                                entry.getReason(),
                                entry.getCommandId()))
                        .toList(),
                snapshot.getCommandIdsList(),
                snapshot.getArmsTakenBackList());
    }
}
