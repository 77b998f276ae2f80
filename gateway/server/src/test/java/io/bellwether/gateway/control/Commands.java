package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.SetStable;
import io.bellwether.controlapi.log.Step;
import io.bellwether.controlapi.log.Target;

/** Commands for tests. */
public final class Commands {
    private Commands() {}

    public static Command create(String id, int weightBasisPoints, String keyHeader) {
        return Command.newBuilder()
                .setId("create-" + id)
                .setModel("m")
                .setRolloutId(id)
                .setActor("person:test")
                .setCreate(CreateRollout.newBuilder()
                        .setStableVersion("1")
                        .setCandidateVersion("2")
                        .setKeyHeader(keyHeader)
                        .addSteps(Step.newBuilder().setWeightBasisPoints(weightBasisPoints)))
                .build();
    }

    /** The same at half the traffic, about some requests only. */
    public static Command create(String id, String keyHeader, Target target) {
        Command create = create(id, 5_000, keyHeader);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder().setTarget(target))
                .build();
    }

    /** Tries versions 2, 3, ... at these weights, in basis points, against version 1. */
    public static Command createAb(String id, int... weights) {
        CreateRollout.Builder plan = CreateRollout.newBuilder().setStableVersion("1");
        for (int i = 0; i < weights.length; i++) {
            plan.addArms(
                    PlannedArm.newBuilder().setVersion(Integer.toString(i + 2)).setWeightBasisPoints(weights[i]));
        }
        return create(id, 1, "").toBuilder().setCreate(plan).build();
    }

    public static Command rollBack(String id) {
        return Command.newBuilder()
                .setId("back-" + id)
                .setModel("m")
                .setRolloutId(id)
                .setActor("monitoring")
                .setRollBack(RollBack.getDefaultInstance())
                .build();
    }

    public static Command setStable(String commandId, String version) {
        return Command.newBuilder()
                .setId(commandId)
                .setModel("m")
                .setActor("person:test")
                .setSetStable(SetStable.newBuilder().setVersion(version))
                .build();
    }
}
