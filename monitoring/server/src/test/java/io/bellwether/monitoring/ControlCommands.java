package io.bellwether.monitoring;

import io.bellwether.controlapi.log.Abort;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Hold;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.Shadow;
import io.bellwether.controlapi.log.Step;

/** Commands of a person, for tests. */
public final class ControlCommands {
    private ControlCommands() {}

    /** A rollout of version 2 in two steps of 20 % and 50 %. */
    public static Command create(String id, long atMillis, boolean automatic, int bakeSecondsMin) {
        return person(id + "/create", id, atMillis)
                .setCreate(CreateRollout.newBuilder()
                        .setStableVersion("1")
                        .setCandidateVersion("2")
                        .addSteps(step(2_000, bakeSecondsMin))
                        .addSteps(step(5_000, bakeSecondsMin))
                        .setAutomatic(automatic))
                .build();
    }

    /** The same, split by client. */
    public static Command createByClient(String id, long atMillis, boolean automatic, int bakeSecondsMin) {
        Command create = create(id, atMillis, automatic, bakeSecondsMin);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder().setKeyHeader("X-User"))
                .build();
    }

    /** A shadow of version 2 with twins for all copies. */
    public static Command createShadow(String id, long atMillis, boolean automatic) {
        Command create = create(id, atMillis, automatic, 0);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder()
                        .clearSteps()
                        .setShadow(Shadow.newBuilder().setTwinBasisPoints(10_000)))
                .build();
    }

    /** The same, and only a person leaves either step upwards. */
    public static Command createGated(String id, long atMillis) {
        Command create = create(id, atMillis, true, 5);
        CreateRollout.Builder plan = create.getCreate().toBuilder();
        plan.getStepsBuilderList().forEach(step -> step.setGate(Step.Gate.MANUAL));
        return create.toBuilder().setCreate(plan).build();
    }

    /** Versions 2, 3, ... side by side with 10 % each, and margins so wide that little evidence suffices. */
    public static Command createAb(String id, long atMillis, int arms, double alpha) {
        CreateRollout.Builder plan = CreateRollout.newBuilder()
                .setStableVersion("1")
                .setAutomatic(true)
                .setGuardrails(wide(alpha));
        for (int i = 0; i < arms; i++) {
            plan.addArms(
                    PlannedArm.newBuilder().setVersion(Integer.toString(i + 2)).setWeightBasisPoints(1_000));
        }
        return person(id + "/create", id, atMillis).setCreate(plan).build();
    }

    /** A rollout of version 2 in two steps of 20 % and 50 %, with margins so wide that little evidence suffices. */
    public static Command createQuick(String id, long atMillis) {
        Command create = create(id, atMillis, true, 1);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder().setGuardrails(wide(0.01)))
                .build();
    }

    private static Guardrails wide(double alpha) {
        return Guardrails.newBuilder()
                .setAlpha(alpha)
                .setErrorSafe(0.1)
                .setTimeoutFloor(0.1)
                .setNanFloor(0.1)
                .setLatencyP50Margin(1)
                .setLatencyP95Margin(1)
                .setLatencyP99Margin(1)
                .setCostMargin(1)
                .setClassOddsMargin(10)
                .build();
    }

    public static Command advance(String id, long basedOnVersion, int toStep, long atMillis) {
        return person(id + "/advance", id, atMillis)
                .setBasedOnVersion(basedOnVersion)
                .setAdvance(Advance.newBuilder().setToStep(toStep))
                .build();
    }

    /** Takes one arm of an A/B/n back. */
    public static Command rollBackArm(String id, String version, long atMillis) {
        return person(id + "/back", id, atMillis)
                .setRollBack(RollBack.newBuilder().setVersion(version))
                .build();
    }

    public static Command hold(String id, long basedOnVersion, long atMillis) {
        return person(id + "/hold", id, atMillis)
                .setBasedOnVersion(basedOnVersion)
                .setHold(Hold.getDefaultInstance())
                .build();
    }

    public static Command abort(String id, long atMillis) {
        return person(id + "/abort", id, atMillis)
                .setAbort(Abort.getDefaultInstance())
                .build();
    }

    private static Step step(int weightBasisPoints, int bakeSecondsMin) {
        return Step.newBuilder()
                .setWeightBasisPoints(weightBasisPoints)
                .setBakeSecondsMin(bakeSecondsMin)
                .setRequestsMin(50)
                .build();
    }

    private static Command.Builder person(String commandId, String rolloutId, long atMillis) {
        return Command.newBuilder()
                .setId(commandId)
                .setModel(SimulatedFleet.MODEL)
                .setRolloutId(rolloutId)
                .setActor("person:test")
                .setAtMillis(atMillis);
    }
}
