package io.bellwether.routing;

import io.bellwether.controlapi.log.Abort;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Hold;
import io.bellwether.controlapi.log.Promote;
import io.bellwether.controlapi.log.Resume;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.SetStable;
import io.bellwether.controlapi.log.Shadow;
import io.bellwether.controlapi.log.Step;

/** Commands as the tests need them: model digits, rollout r-1, issued by a person. */
final class Commands {

    static final String MODEL = "digits";
    static final String ROLLOUT = "r-1";
    static final String PERSON = "person:ada";

    private Commands() {}

    static Command.Builder command(String id) {
        return Command.newBuilder()
                .setId(id)
                .setModel(MODEL)
                .setActor(PERSON)
                .setReason("because")
                .setAtMillis(1_000);
    }

    static Command.Builder move(String id, long basedOnVersion) {
        return command(id).setRolloutId(ROLLOUT).setBasedOnVersion(basedOnVersion);
    }

    static CreateRollout.Builder plan(String stable, String candidate, int... weights) {
        CreateRollout.Builder plan = CreateRollout.newBuilder()
                .setStableVersion(stable)
                .setCandidateVersion(candidate)
                .setAutomatic(true);
        for (int weight : weights) {
            plan.addSteps(Step.newBuilder()
                    .setWeightBasisPoints(weight)
                    .setBakeSecondsMin(10)
                    .setRequestsMin(500));
        }
        return plan;
    }

    static Command createRollout(String id) {
        return move(id, 0).setCreate(plan("1", "2", 1_000, 2_500, 5_000)).build();
    }

    /** Two steps of 10 and 50 percent, each of which ends at a manual gate. */
    static Command createGated(String id) {
        CreateRollout.Builder plan = plan("1", "2", 1_000, 5_000);
        plan.getStepsBuilderList().forEach(step -> step.setGate(Step.Gate.MANUAL));
        return move(id, 0).setCreate(plan).build();
    }

    /** Copies so much to version 2, and of that so much to the stable version 1 again; basis points. */
    static Command createShadow(String id, int share, int twin) {
        return move(id, 0)
                .setCreate(plan("1", "2")
                        .setShadow(
                                Shadow.newBuilder().setShareBasisPoints(share).setTwinBasisPoints(twin)))
                .build();
    }

    /** Tries versions 2, 3, ... at these weights, in basis points, against version 1. */
    static Command createAb(String id, int... weights) {
        CreateRollout.Builder plan =
                CreateRollout.newBuilder().setStableVersion("1").setAutomatic(true);
        for (int i = 0; i < weights.length; i++) {
            plan.addArms(io.bellwether.controlapi.log.PlannedArm.newBuilder()
                    .setVersion(Integer.toString(i + 2))
                    .setWeightBasisPoints(weights[i]));
        }
        return move(id, 0).setCreate(plan).build();
    }

    static Command rollBackArm(String id, String version) {
        return move(id, 0)
                .setRollBack(RollBack.newBuilder().setVersion(version))
                .build();
    }

    static Command promoteArm(String id, long basedOnVersion, String version) {
        return move(id, basedOnVersion)
                .setPromote(Promote.newBuilder().setVersion(version))
                .build();
    }

    static Command advance(String id, long basedOnVersion, int toStep) {
        return move(id, basedOnVersion)
                .setAdvance(Advance.newBuilder().setToStep(toStep))
                .build();
    }

    static Command hold(String id, long basedOnVersion) {
        return move(id, basedOnVersion).setHold(Hold.getDefaultInstance()).build();
    }

    static Command resume(String id, long basedOnVersion) {
        return move(id, basedOnVersion).setResume(Resume.getDefaultInstance()).build();
    }

    static Command promote(String id, long basedOnVersion) {
        return move(id, basedOnVersion).setPromote(Promote.getDefaultInstance()).build();
    }

    static Command rollBack(String id, long basedOnVersion) {
        return move(id, basedOnVersion)
                .setRollBack(RollBack.getDefaultInstance())
                .build();
    }

    static Command abort(String id, long basedOnVersion) {
        return move(id, basedOnVersion).setAbort(Abort.getDefaultInstance()).build();
    }

    static Command setStable(String id, String version) {
        return command(id)
                .setSetStable(SetStable.newBuilder().setVersion(version))
                .build();
    }

    static Command by(String actor, Command command) {
        return command.toBuilder().setActor(actor).build();
    }

    /** Folds commands at positions 0, 1, 2 ... */
    static ControlState fold(Command... commands) {
        ControlState state = ControlState.empty();
        for (Command command : commands) {
            state = state.apply(command, state.lastPosition() + 1).state();
        }
        return state;
    }
}
