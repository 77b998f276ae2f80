package io.bellwether.monitoring.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.RecordingJournal;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.monitoring.judging.ModelMonitor;
import io.bellwether.monitoring.judging.Moment;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.routing.ControlState;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Monitoring that is killed has taken in more than its verdicts say, and then reads a part of it again. */
class ReplayAfterRestartTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final int KILLED_AT = 203;

    private final RecordingJournal journal = new RecordingJournal();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Concluded> concluded = new ArrayList<>();
    private ModelMonitor monitor = newMonitor();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 20})
    void whatIsReadAgainChangesNoVerdict(int readAgain) throws InvalidProtocolBufferException {
        // Given a rollout, and monitoring that is killed between two verdicts
        SimulatedFleet fleet = new SimulatedFleet(51, Behaviour.EQUAL, 50, START_MILLIS);
        fleet.route("r1", 0.2);
        for (int i = 0; i < 150; i++) {
            fleet.tick()
                    .forEach(snapshot -> counted.add(
                            new Counted(new Recorded.Place(0, counted.size(), snapshot.getSentAtMillis()), snapshot)));
        }
        Commanded create = new Commanded(
                new Recorded.Place(0, 0, START_MILLIS), ControlCommands.create("r1", START_MILLIS, true, 3_600));
        ControlState control = ControlState.empty().apply(create.command(), 0).state();
        for (int i = 0; i < KILLED_AT; i++) {
            take(control, i, START_MILLIS + i * 125L, i < KILLED_AT - 2);
        }

        // When it starts again from its memory, and reads on from some snapshots before
        monitor = newMonitor();
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            monitor.restore(memory.getKey(), memory.getValue());
        }
        for (int i = KILLED_AT - readAgain; i < counted.size(); i++) {
            take(control, i, START_MILLIS + 10_000 + i * 125L, true);
        }

        // Then all of it is made again
        Map<Replayed.Match, Integer> matches = new EnumMap<>(Replayed.Match.class);
        Replay replay = new Replay(
                new Replay.Task(SimulatedFleet.MODEL, ReplaySettings.DEFAULTS, true, 0, Optional.empty()),
                replayed -> matches.merge(replayed.match(), 1, Integer::sum));
        FoldOrder order = new FoldOrder(List.of(create), concluded, replay::accept);
        counted.forEach(order::snapshot);
        order.finish();
        assertThat(matches).containsOnlyKeys(Replayed.Match.IDENTICAL);
        assertThat(concluded).hasSizeGreaterThan(20);
    }

    private void take(ControlState control, int index, long nowMillis, boolean judge) {
        Counted next = counted.get(index);
        long until = next.place().offset() + 1;
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        monitor.take(next.snapshot(), until);
        if (judge) {
            monitor.judge(new Moment(nowMillis, monitor.snapshotsUntil(), 1, until < monitor.snapshotsUntil()))
                    .ifPresent(judged -> publish(judged.verdict()));
        }
    }

    private void publish(Verdict verdict) {
        concluded.add(new Concluded(
                new Recorded.Place(0, concluded.size(), verdict.getAtMillis()),
                verdict,
                Replay.sha256(verdict.toByteArray())));
    }

    private ModelMonitor newMonitor() {
        return new ModelMonitor(
                SimulatedFleet.MODEL,
                ReplaySettings.DEFAULTS.fold(),
                new JudgeSettings(ReplaySettings.DEFAULTS.evaluation(), 500, 1_000, 2_000),
                journal);
    }
}
