package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.RecordingJournal;
import io.bellwether.monitoring.replay.FoldOrder;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.monitoring.replay.Replay;
import io.bellwether.monitoring.replay.ReplaySettings;
import io.bellwether.monitoring.replay.Replayed;
import io.bellwether.routing.ControlState;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.ToldNumbers;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A rollout with numbers that an application tells, from snapshots to verdicts, over a restart, and once more. */
class OutcomeJudgeTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    private final RecordingJournal journal = new RecordingJournal();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Concluded> concluded = new ArrayList<>();

    @Test
    void aCandidateThatEarnsLessIsTakenBackAndAllOfItIsMadeAgain() throws InvalidProtocolBufferException {
        // Given ten numbers an arm and second, of which the candidate's are half as large, and a restart in the middle
        Command create = create();
        ControlState control = ControlState.empty().apply(create, 0).state();
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 300, START_MILLIS);
        fleet.route("r1", 0.2);
        ModelMonitor before = monitor();
        play(before, control, fleet, 100);
        ModelMonitor after = monitor();
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            after.restore(memory.getKey(), memory.getValue());
        }
        assertThat(after.follow(control.liveRollout(SimulatedFleet.MODEL))).isTrue();

        // When
        Verdict last = play(after, control, fleet, 100);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ROLL_BACK);
        assertThat(last.getReason()).startsWith("revenue: 25.00 on average of").contains("against 50.00 of");
        assertThat(last.getHarmedList()).containsExactly("outcome_revenue");
        GuardrailEvidence shown = last.getGuardrails(last.getGuardrailsCount() - 1);
        assertThat(shown.getName()).isEqualTo("outcome_revenue");
        assertThat(shown.getUnit()).isEqualTo("number");
        assertThat(shown.getHarmedSinceSlot()).isPositive();
        assertThat(last.getLogERollBack()).isEqualTo(-Math.log(0.01 * 0.9));
        assertThat(last.getLogEOutcomesLevel()).isCloseTo(-Math.log(0.01 * 0.1), within(1e-9));
        assertThat(last.getLogEOutcomes()).isGreaterThanOrEqualTo(last.getLogEOutcomesLevel());
        assertThat(shown.getEffectLowest()).isZero();
        assertThat(shown.getEffectHighest()).isZero();

        // When all of it is judged once more
        Map<Replayed.Match, Integer> matches = new EnumMap<>(Replayed.Match.class);
        Replay replay = new Replay(
                new Replay.Task(SimulatedFleet.MODEL, ReplaySettings.DEFAULTS, true, 0, Optional.empty()),
                replayed -> matches.merge(replayed.match(), 1, Integer::sum));
        FoldOrder order = new FoldOrder(
                List.of(new Commanded(new Recorded.Place(0, 0, START_MILLIS), create)), concluded, replay::accept);
        counted.forEach(order::snapshot);
        order.finish();

        // Then
        assertThat(matches).containsOnlyKeys(Replayed.Match.IDENTICAL);
        assertThat(concluded).hasSizeGreaterThan(20);
    }

    private static Command create() {
        Command create = ControlCommands.create("r1", START_MILLIS, true, 3_600);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder()
                        .setGuardrails(Guardrails.newBuilder()
                                .addOutcomes(Outcome.newBuilder()
                                        .setName("revenue")
                                        .setMost(100)
                                        .setMargin(1))))
                .build();
    }

    /** The same snapshot, in which ten numbers of each compared arm were told. */
    private static Snapshot told(Snapshot snapshot) {
        Snapshot.Builder told = snapshot.toBuilder();
        for (CellCounts.Builder cell : told.getCellsBuilderList()) {
            Arm arm = cell.getKey().getArm();
            if (cell.getRequests() > 0 && (arm == Arm.CONTROL || arm == Arm.CANDIDATE)) {
                cell.addNumbers(ToldNumbers.newBuilder()
                        .setName("revenue")
                        .addStep(arm == Arm.CONTROL ? 500 : 250)
                        .addCount(10));
            }
        }
        return told.build();
    }

    private Verdict play(ModelMonitor monitor, ControlState control, SimulatedFleet fleet, int ticks) {
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        for (int i = 0; i < ticks; i++) {
            fleet.tick().stream().map(OutcomeJudgeTest::told).forEach(snapshot -> {
                Counted next = new Counted(new Recorded.Place(0, counted.size(), snapshot.getSentAtMillis()), snapshot);
                counted.add(next);
                monitor.take(snapshot, next.place().offset() + 1);
                monitor.judge(new Moment(snapshot.getSentAtMillis() + 20, monitor.snapshotsUntil(), 1, false))
                        .ifPresent(judged -> publish(judged.verdict()));
            });
        }
        return concluded.get(concluded.size() - 1).verdict();
    }

    private void publish(Verdict verdict) {
        concluded.add(new Concluded(
                new Recorded.Place(0, concluded.size(), verdict.getAtMillis()),
                verdict,
                Replay.sha256(verdict.toByteArray())));
    }

    private ModelMonitor monitor() {
        return new ModelMonitor(
                SimulatedFleet.MODEL,
                ReplaySettings.DEFAULTS.fold(),
                new JudgeSettings(ReplaySettings.DEFAULTS.evaluation(), 500, 1_000, 2_000),
                journal);
    }
}
