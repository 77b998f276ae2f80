package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.RecordingJournal;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RolloutState;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several arms against one control: each is judged by itself, with its part of the error budgets. */
class AbMonitorTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final double ALPHA = 0.01;
    private static final double BETA = 0.05;

    private final RecordingJournal journal = new RecordingJournal();
    private ControlState control = ControlState.empty();

    @Test
    void harmTakesBackTheArmThatHarmsAndNoOther() {
        // Given
        create(3, ALPHA);
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet =
                fleet(7, Behaviour.EQUAL).beside("3", Behaviour.FAILING).beside("4", Behaviour.EQUAL);

        // When
        List<Command> commands = run(monitor, fleet, 80);

        // Then
        assertThat(commands).hasSize(1);
        assertThat(commands.get(0).getRollBack().getVersion()).isEqualTo("3");
        assertThat(commands.get(0).getId()).isEqualTo("ab/v1/rollback/3");
        Rollout.Live live = control.liveRollout(SimulatedFleet.MODEL).orElseThrow();
        assertThat(live.state()).isEqualTo(RolloutState.RUNNING);
        assertThat(live.trail().armsTakenBack()).containsExactly("3");
        assertThat(monitor.arms()).containsExactly("2", "4");
        assertThat(journal.contentAfter(journal.size()).keySet().stream()
                        .filter(key -> key.kind() == MemoryKey.Kind.ROLLOUT)
                        .map(MemoryKey::name))
                .containsExactlyInAnyOrder("ab/2", "ab/4");
    }

    @Test
    void eachArmIsComparedWithTheOneControlAtItsPartOfTheBudgets() {
        // Given
        create(2, ALPHA);
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(8, Behaviour.EQUAL).beside("3", Behaviour.EQUAL);

        // When
        run(monitor, fleet, 40);
        Verdict second = verdict(monitor, "2", fleet);
        Verdict third = verdict(monitor, "3", fleet);

        // Then: ln(n / alpha) and ln(n / beta)
        for (Verdict verdict : List.of(second, third)) {
            assertThat(verdict.getLogERollBack()).isCloseTo(Math.log(2 / ALPHA), within(1e-9));
            assertThat(verdict.getLogEPromote()).isCloseTo(Math.log(2 / BETA), within(1e-9));
            assertThat(verdict.getCandidateVersion()).isEqualTo(verdict.getArm());
            assertThat(verdict.getCandidateRequests()).isPositive();
        }
        assertThat(second.getControlRequests()).isEqualTo(third.getControlRequests());
        assertThat(second.getArm()).isEqualTo("2");
        assertThat(third.getArm()).isEqualTo("3");
    }

    @Test
    void ofSeveralSafeArmsNoneIsPromotedUntilOneIsLeft() {
        // Given
        create(2, ALPHA);
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(9, Behaviour.EQUAL).beside("3", Behaviour.EQUAL);

        // When both have shown no harm
        List<Command> both = run(monitor, fleet, 400);
        Verdict safe = verdict(monitor, "2", fleet);
        // When a person takes one back
        control = control.apply(
                        Command.newBuilder()
                                .setId("k")
                                .setModel(SimulatedFleet.MODEL)
                                .setRolloutId("ab")
                                .setActor("person:test")
                                .setRollBack(io.bellwether.controlapi.log.RollBack.newBuilder()
                                        .setVersion("3"))
                                .build(),
                        control.lastPosition() + 1)
                .state();
        List<Command> alone = run(monitor, fleet, 20);

        // Then
        assertThat(both).isEmpty();
        assertThat(safe.getConclusion()).as(safe.getReason()).isEqualTo(Verdict.Conclusion.PROMOTE);
        assertThat(safe.getWaitingAtGate()).isTrue();
        assertThat(safe.getReason())
                .contains("which of them is the best is not tested", "bellwether rollout promote ab --arm 2");
        assertThat(alone).hasSize(1);
        assertThat(alone.get(0).getPromote().getVersion()).isEqualTo("2");
        assertThat(control.stableVersion(SimulatedFleet.MODEL)).contains("2");
    }

    @Test
    void aRestartKeepsTheEvidenceOfEveryArm() throws InvalidProtocolBufferException {
        // Given
        create(2, ALPHA);
        ModelMonitor before = monitor(journal);
        SimulatedFleet fleet = fleet(10, Behaviour.EQUAL).beside("3", Behaviour.EQUAL);
        run(before, fleet, 40);

        // When
        ModelMonitor after = monitor(new RecordingJournal());
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            after.restore(memory.getKey(), memory.getValue());
        }
        boolean continued = after.follow(control.liveRollout(SimulatedFleet.MODEL));

        // Then
        assertThat(continued).isTrue();
        for (String arm : List.of("2", "3")) {
            Verdict is = verdict(after, arm, fleet);
            Verdict was = verdict(before, arm, fleet);
            assertThat(is.getGuardrailsList()).isEqualTo(was.getGuardrailsList());
            assertThat(is.getCandidateRequests()).isEqualTo(was.getCandidateRequests());
        }
    }

    @Test
    void armsWithoutTrafficAreBlindAndPromoteNothing() {
        create(2, ALPHA);
        ModelMonitor monitor = monitor(journal);
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));

        for (String arm : monitor.arms()) {
            Judged judged = monitor.judge(arm, Moment.at(START_MILLIS + 1_000)).orElseThrow();
            assertThat(judged.verdict().getConclusion()).isEqualTo(Verdict.Conclusion.BLIND);
            assertThat(judged.command()).isEmpty();
        }
    }

    /** Union bound: with four arms that are no worse, at most alpha of the rollouts lose any of them. */
    @Test
    void fourEqualArmsTogetherAreFalselyTakenBackInAtMostAlphaOfRollouts() {
        double alpha = 0.2;
        int runs = 40;
        int harmed = 0;
        for (int seed = 0; seed < runs; seed++) {
            control = ControlState.empty();
            create(4, alpha);
            SimulatedFleet fleet = fleet(1_000 + seed, Behaviour.EQUAL)
                    .beside("3", Behaviour.EQUAL)
                    .beside("4", Behaviour.EQUAL)
                    .beside("5", Behaviour.EQUAL);
            List<Command> commands = run(monitor(new RecordingJournal()), fleet, 60);
            harmed += commands.stream().anyMatch(Command::hasRollBack) ? 1 : 0;
        }
        // Four standard errors above: 8 + 4 * 2.53.
        assertThat(harmed).as("of %d rollouts, seeds from 1000 on", runs).isLessThanOrEqualTo(18);
    }

    private void create(int arms, double alpha) {
        control = control.apply(ControlCommands.createAb("ab", START_MILLIS, arms, alpha), 0)
                .state();
        assertThat(control.liveRollout(SimulatedFleet.MODEL)).isPresent();
    }

    private static SimulatedFleet fleet(long seed, Behaviour candidate) {
        SimulatedFleet fleet = new SimulatedFleet(seed, candidate, 200, START_MILLIS);
        fleet.route("ab", 0.1);
        return fleet;
    }

    /** Follows the log, takes in what is reported, judges every arm and applies what is decided. */
    private List<Command> run(ModelMonitor monitor, SimulatedFleet fleet, int ticks) {
        List<Command> all = new ArrayList<>();
        for (int i = 0; i < ticks; i++) {
            monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
            fleet.tick().forEach(monitor::take);
            for (String arm : monitor.arms()) {
                Optional<Command> command =
                        monitor.judge(arm, Moment.at(fleet.nowMillis())).flatMap(Judged::command);
                if (command.isPresent()) {
                    all.add(command.get());
                    control = control.apply(command.get(), control.lastPosition() + 1)
                            .state();
                }
            }
        }
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        return all;
    }

    private static Verdict verdict(ModelMonitor monitor, String arm, SimulatedFleet fleet) {
        return monitor.judge(arm, Moment.at(fleet.nowMillis() + 1_500))
                .orElseThrow()
                .verdict();
    }

    private static ModelMonitor monitor(RecordingJournal journal) {
        return new ModelMonitor(SimulatedFleet.MODEL, FoldSettings.DEFAULTS, JudgeSettings.DEFAULTS, journal);
    }
}
