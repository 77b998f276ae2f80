package io.bellwether.monitoring.judging;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Promote;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.routing.Actor;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;

/**
 * Turns a verdict that changes something into a command. That on an arm of an A/B/n is about this arm alone: it takes
 * it back when it harms, and promotes it when no other is left to choose from. Only a rollout that runs by itself gets
 * any; one that is held or waits at a gate may only be taken back. The id is made of rollout, state version and action,
 * so a decision that is made twice, by a restarted process or by a second one, is still one command.
 */
final class Decisions {
    private static final JsonFormat.Printer JSON =
            JsonFormat.printer().includingDefaultValueFields().omittingInsignificantWhitespace();

    private Decisions() {}

    static Optional<Command> of(Verdict verdict, Rollout.Live rollout) {
        if (!rollout.plan().automatic()) {
            return Optional.empty();
        }
        Rollout.Running running = rollout instanceof Rollout.Running r && !r.stepGated() ? r : null;
        return switch (verdict.getConclusion()) {
            case ROLL_BACK, HARM ->
                Optional.of(command(verdict, rollout, "rollback")
                        .setRollBack(RollBack.newBuilder().setVersion(verdict.getArm()))
                        .build());
            case ADVANCE ->
                running == null || !running.hasNextStep()
                        ? Optional.empty()
                        : Optional.of(command(verdict, rollout, "advance")
                                .setAdvance(Advance.newBuilder().setToStep(rollout.step() + 1))
                                .build());
            case PROMOTE ->
                running == null || running.hasNextStep()
                        ? Optional.empty()
                        : Optional.of(command(verdict, rollout, "promote")
                                .setPromote(Promote.newBuilder().setVersion(verdict.getArm()))
                                .build());
            default -> Optional.empty();
        };
    }

    private static Command.Builder command(Verdict verdict, Rollout.Live rollout, String action) {
        return Command.newBuilder()
                .setId(rollout.id() + "/v" + rollout.version() + "/" + action + ofArm(verdict))
                .setModel(rollout.plan().model())
                .setRolloutId(rollout.id())
                .setBasedOnVersion(rollout.version())
                .setActor(Actor.MONITORING_TEXT)
                .setReason(verdict.getReason())
                .setAtMillis(verdict.getAtMillis())
                .setEvidenceJson(json(verdict));
    }

    private static String ofArm(Verdict verdict) {
        return verdict.getArm().isEmpty() ? "" : "/" + verdict.getArm();
    }

    private static String json(Verdict verdict) {
        try {
            return JSON.print(verdict);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a verdict has no field that JSON cannot carry", e);
        }
    }
}
