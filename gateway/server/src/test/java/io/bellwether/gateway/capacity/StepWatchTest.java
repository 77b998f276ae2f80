package io.bellwether.gateway.capacity;

import static io.bellwether.gateway.capacity.Measured.arriving;
import static io.bellwether.gateway.capacity.Measured.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.Step;
import io.bellwether.controlapi.log.Target;
import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.VersionCapacity;
import io.bellwether.routing.ControlState;
import io.bellwether.telemetry.events.StepProblem;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Version 1 carries about 1,150 requests/s; version 2 needs twice as long for a batch unless a test says otherwise. */
class StepWatchTest {
    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink worker = new FakeWorkerLink();
    private final AtomicInteger asked = new AtomicInteger();
    private ControlState control = ControlState.empty();
    private final StepWatch watch = new StepWatch(
            () -> control.liveRollouts(),
            new FleetCapacity(Directories.of(new Worker("w", worker)), Runnable::run),
            time);

    @Test
    void aStepThatDoesNotFitIsTold() {
        // Given
        create(rollout(1_000, 9_000));
        traffic(920, 2);

        // When
        watch.look();

        // Then
        assertThat(watch.of("m")).hasSize(1);
        StepProblem problem = watch.of("m").get(0);
        assertThat(problem.getRolloutId()).isEqualTo("r");
        assertThat(problem.getArm()).isEmpty();
        assertThat(problem.getRolloutVersion()).isEqualTo(1);
        assertThat(problem.getProblem())
                .startsWith("version '2' cannot carry 90 % of the present traffic (920 requests/s)");
        assertThat(watch.of("another")).isEmpty();
    }

    @Test
    void aStepThatFitsIsNotThoughAllOfTheTrafficWouldNotFit() {
        // Given
        create(rollout(100, 1_000));
        traffic(920, 2);

        // When
        watch.look();

        // Then
        assertThat(watch.of("m")).isEmpty();
        assertThat(asked).hasValue(1);
    }

    @Test
    void theLastStepIsAskedAboutItsPromotionAtOnceWhenItIsReached() {
        // Given
        create(rollout(100, 1_000));
        traffic(920, 2);
        watch.look();

        // When
        apply(command("advance")
                .setBasedOnVersion(1)
                .setAdvance(Advance.newBuilder().setToStep(1)));
        watch.look();

        // Then
        assertThat(watch.of("m")).hasSize(1);
        assertThat(watch.of("m").get(0).getRolloutVersion()).isEqualTo(2);
        assertThat(watch.of("m").get(0).getProblem()).contains("cannot carry 100 %");
    }

    @Test
    void itIsAskedAgainWhenTimeHasPassedAndTakenBackWhenItFits() {
        // Given
        create(rollout(1_000, 9_000));
        traffic(920, 2);
        watch.look();

        // When the candidate has become faster
        traffic(920, 1);
        time.advanceMillis(4_900);
        watch.look();
        List<StepProblem> soon = watch.of("m");
        time.advanceMillis(200);
        watch.look();

        // Then
        assertThat(soon).hasSize(1);
        assertThat(watch.of("m")).isEmpty();
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsNotKnownForAWhileStaysAsItWas() {
        // Given
        create(rollout(1_000, 9_000));
        traffic(920, 2);
        watch.look();

        // When the workers do not say what the candidate takes
        says(
                arriving(version(1), 920, 3_000).setVersion("1"),
                VersionCapacity.newBuilder().setVersion("2"));
        time.advanceMillis(6_000);
        watch.look();
        List<StepProblem> unknown = watch.of("m");
        // When there is nothing to carry any more
        says(version(1).setVersion("1"), VersionCapacity.newBuilder().setVersion("2"));
        time.advanceMillis(6_000);
        watch.look();

        // Then
        assertThat(unknown).hasSize(1);
        assertThat(watch.of("m")).isEmpty();
    }

    @Test
    void whoIgnoresCapacityIsNotAskedAbout() {
        // Given
        create(rollout(1_000, 9_000).setIgnoreCapacity(true));
        traffic(920, 2);

        // When
        watch.look();

        // Then
        assertThat(watch.of("m")).isEmpty();
        assertThat(asked).hasValue(0);
    }

    @Test
    void ofATargetOnlyThePromotionIsLookedAt() {
        // Given a share of the traffic that nobody knows
        create(rollout(1_000, 9_000).setTarget(Target.newBuilder().addTenants("acme")));
        traffic(920, 2);

        // When
        watch.look();
        int stepsAsked = asked.get();
        apply(command("advance")
                .setBasedOnVersion(1)
                .setAdvance(Advance.newBuilder().setToStep(1)));
        watch.look();

        // Then
        assertThat(stepsAsked).isZero();
        assertThat(watch.of("m")).hasSize(1);
    }

    @Test
    void theLastArmOfAnAbIsAskedAboutItsPromotion() {
        // Given
        create(CreateRollout.newBuilder()
                .setStableVersion("1")
                .addArms(PlannedArm.newBuilder().setVersion("2").setWeightBasisPoints(1_000))
                .addArms(PlannedArm.newBuilder().setVersion("3").setWeightBasisPoints(1_000)));
        traffic(920, 2);

        // When
        watch.look();
        int whileTwoAreLeft = asked.get();
        apply(command("back").setRollBack(RollBack.newBuilder().setVersion("3")));
        watch.look();

        // Then
        assertThat(whileTwoAreLeft).isZero();
        assertThat(watch.of("m")).extracting(StepProblem::getArm).containsExactly("2");
        assertThat(watch.of("m").get(0).getProblem()).contains("cannot carry 100 %");
    }

    @Test
    void anEndedRolloutIsForgotten() {
        // Given
        create(rollout(1_000, 9_000));
        traffic(920, 2);
        watch.look();

        // When
        apply(command("back").setRollBack(RollBack.getDefaultInstance()));
        watch.look();

        // Then
        assertThat(watch.of("m")).isEmpty();
    }

    private void traffic(double perSecond, double slowness) {
        says(
                arriving(version(1), perSecond, 3_000).setVersion("1"),
                version(slowness).setVersion("2"));
    }

    private void says(VersionCapacity.Builder stable, VersionCapacity.Builder candidate) {
        CapacityResponse answer = CapacityResponse.newBuilder()
                .addVersions(stable)
                .addVersions(candidate)
                .build();
        worker.capacity = request -> {
            asked.incrementAndGet();
            return answer;
        };
    }

    private static CreateRollout.Builder rollout(int... weights) {
        CreateRollout.Builder create =
                CreateRollout.newBuilder().setStableVersion("1").setCandidateVersion("2");
        for (int weight : weights) {
            create.addSteps(Step.newBuilder().setWeightBasisPoints(weight));
        }
        return create;
    }

    private void create(CreateRollout.Builder rollout) {
        apply(command("create").setCreate(rollout));
        assertThat(control.liveRollout("m")).isPresent();
    }

    private static Command.Builder command(String id) {
        return Command.newBuilder().setId(id).setModel("m").setRolloutId("r").setActor("person:test");
    }

    private void apply(Command.Builder command) {
        control = control.apply(command.build(), control.lastPosition() + 1).state();
    }
}
