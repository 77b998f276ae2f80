package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.ScoresMoved;
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
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A rollout that is judged from snapshots of a simulated fleet; all of it is kept, so that it can be judged once more. */
final class JudgedRollout {
    private static final long START_MILLIS = 1_800_000_000_000L;

    private final RecordingJournal journal = new RecordingJournal();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Concluded> concluded = new ArrayList<>();
    private final Command create;
    private final ControlState control;
    private final SimulatedFleet fleet;
    private final UnaryOperator<Snapshot> seen;
    private ModelMonitor monitor = monitor();

    /**
     * @param seen what becomes of a snapshot on its way
     */
    JudgedRollout(Command create, SimulatedFleet fleet, UnaryOperator<Snapshot> seen) {
        this.create = create;
        this.control = ControlState.empty().apply(create, 0).state();
        this.fleet = fleet;
        this.seen = seen;
    }

    /**
     * A rollout with quick steps, of a fleet whose arms are equal but for what becomes of its snapshots.
     *
     * @param moved what a move of the answers does
     * @param byClient whether the split is by client
     */
    static JudgedRollout quick(ScoresMoved.Then moved, boolean byClient, UnaryOperator<Snapshot> seen) {
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 300, START_MILLIS);
        fleet.route("r1", 0.2);
        Command create = ControlCommands.createQuick("r1", START_MILLIS);
        var plan = create.getCreate().toBuilder();
        plan.setGuardrails(plan.getGuardrails().toBuilder().setOnScoresMoved(moved));
        if (byClient) {
            fleet.ofClients(20_000);
            plan.setKeyHeader("x-user");
        }
        return new JudgedRollout(create.toBuilder().setCreate(plan).build(), fleet, seen);
    }

    /** The last verdict after so many ticks of the fleet. */
    Verdict play(int ticks) {
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        for (int i = 0; i < ticks; i++) {
            fleet.tick().stream().map(seen).forEach(this::take);
        }
        return concluded.get(concluded.size() - 1).verdict();
    }

    /** Another monitor goes on from what the first one wrote down. */
    void restart() throws InvalidProtocolBufferException {
        monitor = monitor();
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            monitor.restore(memory.getKey(), memory.getValue());
        }
        assertThat(monitor.follow(control.liveRollout(SimulatedFleet.MODEL))).isTrue();
    }

    /** All of it is judged once more, and each verdict, of which there are many, is the same. */
    void assertMadeAgain() {
        Map<Replayed.Match, Integer> matches = new EnumMap<>(Replayed.Match.class);
        Replay replay = new Replay(
                new Replay.Task(SimulatedFleet.MODEL, ReplaySettings.DEFAULTS, true, 0, Optional.empty()),
                replayed -> matches.merge(replayed.match(), 1, Integer::sum));
        long createdAtMillis = create.getAtMillis();
        FoldOrder order = new FoldOrder(
                List.of(new Commanded(new Recorded.Place(0, 0, createdAtMillis), create)), concluded, replay::accept);
        counted.forEach(order::snapshot);
        order.finish();
        assertThat(matches).containsOnlyKeys(Replayed.Match.IDENTICAL);
        assertThat(concluded).hasSizeGreaterThan(20);
    }

    private void take(Snapshot snapshot) {
        Counted next = new Counted(new Recorded.Place(0, counted.size(), snapshot.getSentAtMillis()), snapshot);
        counted.add(next);
        monitor.take(snapshot, next.place().offset() + 1);
        monitor.judge(new Moment(snapshot.getSentAtMillis() + 20, monitor.snapshotsUntil(), 1, false))
                .ifPresent(judged -> publish(judged.verdict()));
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
