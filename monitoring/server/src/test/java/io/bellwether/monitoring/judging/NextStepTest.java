package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What gateways say against a step holds it up, and nothing else. */
class NextStepTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final String SENTENCE = "version '2' cannot carry 50 % of the present traffic";

    private final RecordingJournal journal = new RecordingJournal();
    private ControlState control = ControlState.empty();
    private Verdict last = Verdict.getDefaultInstance();

    @Test
    void aStepThatDoesNotFitWaitsAndSaysWhyUntilItFits() {
        // Given evidence that suffices, and a gateway that says no
        create();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(1, Behaviour.EQUAL);
        fleet.says(problem("r", "", 1));

        // When
        List<Command> waiting = run(monitor, fleet, 120);
        Verdict held = last;
        fleet.says();
        List<Command> fits = run(monitor, fleet, 8);

        // Then
        assertThat(waiting).isEmpty();
        assertThat(held.getConclusion()).isEqualTo(Verdict.Conclusion.HOLD);
        assertThat(held.getStepProblem()).isEqualTo(SENTENCE);
        assertThat(held.getReason())
                .startsWith("step 2 of 50 % waits: " + SENTENCE + "; add workers or instances for it, or say bellwether"
                        + " rollout advance r --ignore-capacity. Without that: ");
        assertThat(fits).hasSize(1);
        assertThat(fits.get(0).getAdvance().getToStep()).isEqualTo(1);
        assertThat(live().step()).isEqualTo(1);
    }

    @Test
    void aPromotionWaitsToo() {
        // Given
        create();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(2, Behaviour.EQUAL);
        fleet.says(problem("r", "", 2));

        // When the first step fits and all of the traffic does not
        List<Command> commands = run(monitor, fleet, 240);

        // Then
        assertThat(commands).extracting(Command::getActionCase).containsExactly(Command.ActionCase.ADVANCE);
        assertThat(last.getReason())
                .startsWith("the promotion waits: ")
                .contains("rollout promote r --ignore-capacity");
    }

    @Test
    void whatIsSaidOfAnotherStateOrRolloutHoldsNothingUp() {
        // Given
        create();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(3, Behaviour.EQUAL);
        fleet.says(problem("r", "", 7), problem("another", "", 1), problem("r", "2", 1));

        // When
        List<Command> commands = run(monitor, fleet, 120);

        // Then
        assertThat(commands).isNotEmpty();
        assertThat(commands.get(0).hasAdvance()).isTrue();
    }

    @Test
    void harmIsTakenBackAllTheSame() {
        // Given
        create();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(4, Behaviour.FAILING);
        fleet.says(problem("r", "", 1));

        // When
        List<Command> commands = run(monitor, fleet, 80);

        // Then
        assertThat(commands).extracting(Command::getActionCase).containsExactly(Command.ActionCase.ROLL_BACK);
    }

    @Test
    void ofSeveralGatewaysOneSufficesAsLongAsItLives() {
        // Given a second gateway that serves nobody and says no
        create();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = fleet(5, Behaviour.EQUAL);

        // When it is heard for half a minute, and then no more
        List<Command> while2Live = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            monitor.take(heartbeat(fleet.nowMillis(), i + 1));
            while2Live.addAll(run(monitor, fleet, 1));
        }
        List<Command> alone = run(monitor, fleet, 20);

        // Then
        assertThat(while2Live).isEmpty();
        assertThat(alone).isNotEmpty();
        assertThat(alone.get(0).hasAdvance()).isTrue();
    }

    @Test
    void aRestartDoesNotForgetWhatWasSaid() throws InvalidProtocolBufferException {
        // Given
        create();
        ModelMonitor before = monitor(journal);
        SimulatedFleet fleet = fleet(6, Behaviour.EQUAL);
        fleet.says(problem("r", "", 1));
        run(before, fleet, 120);

        // When it judges before it hears of anybody
        ModelMonitor after = monitor(new RecordingJournal());
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            after.restore(memory.getKey(), memory.getValue());
        }
        after.follow(control.liveRollout(SimulatedFleet.MODEL));
        Judged judged = after.judge(Moment.at(fleet.nowMillis())).orElseThrow();

        // Then
        assertThat(judged.verdict().getStepProblem()).isEqualTo(SENTENCE);
        assertThat(judged.command()).isEmpty();
    }

    @Test
    void theLastArmOfAnAbWaitsByItsVersion() {
        // Given
        control = control.apply(ControlCommands.createAb("r", START_MILLIS, 1, 0.01), 0)
                .state();
        ModelMonitor monitor = monitor(journal);
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 200, START_MILLIS);
        fleet.route("r", 0.1);
        fleet.says(problem("r", "2", 1));

        // When
        List<Command> waiting = run(monitor, fleet, 160);
        String reason = last.getReason();
        fleet.says();
        List<Command> fits = run(monitor, fleet, 8);

        // Then
        assertThat(waiting).isEmpty();
        assertThat(reason).startsWith("the promotion waits: ").contains("promote r --arm 2 --ignore-capacity");
        assertThat(fits).extracting(Command::getActionCase).containsExactly(Command.ActionCase.PROMOTE);
    }

    private static Snapshot heartbeat(long atMillis, long sequence) {
        return Snapshot.newBuilder()
                .setProcess(Snapshot.Process.GATEWAY)
                .setProcessId("gateway-2")
                .setEpoch(START_MILLIS)
                .setSequence(sequence)
                .setSentAtMillis(atMillis)
                .setModel(SimulatedFleet.MODEL)
                .setWatermarkSlot(atMillis / 1_000)
                .setWarm(true)
                .addStepProblems(problem("r", "", 1))
                .build();
    }

    private static StepProblem problem(String rollout, String arm, long version) {
        return StepProblem.newBuilder()
                .setRolloutId(rollout)
                .setArm(arm)
                .setRolloutVersion(version)
                .setProblem(SENTENCE)
                .build();
    }

    private void create() {
        control =
                control.apply(ControlCommands.createQuick("r", START_MILLIS), 0).state();
    }

    private Rollout.Live live() {
        return control.liveRollout(SimulatedFleet.MODEL).orElseThrow();
    }

    private static SimulatedFleet fleet(long seed, Behaviour candidate) {
        SimulatedFleet fleet = new SimulatedFleet(seed, candidate, 200, START_MILLIS);
        fleet.route("r", 0.2);
        return fleet;
    }

    /** Follows the log, takes in what is reported, judges and applies what is decided. */
    private List<Command> run(ModelMonitor monitor, SimulatedFleet fleet, int ticks) {
        List<Command> all = new ArrayList<>();
        for (int i = 0; i < ticks; i++) {
            monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
            fleet.tick().forEach(monitor::take);
            for (String arm : monitor.arms()) {
                Optional<Judged> judged = monitor.judge(arm, Moment.at(fleet.nowMillis()));
                judged.ifPresent(some -> last = some.verdict());
                judged.flatMap(Judged::command).ifPresent(command -> {
                    all.add(command);
                    control = control.apply(command, control.lastPosition() + 1).state();
                });
            }
        }
        return all;
    }

    private static ModelMonitor monitor(RecordingJournal journal) {
        return new ModelMonitor(SimulatedFleet.MODEL, FoldSettings.DEFAULTS, JudgeSettings.DEFAULTS, journal);
    }
}
