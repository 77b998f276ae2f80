package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
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
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A shadow from the snapshots of one gateway to its verdicts, its end, and their repetition. */
class ShadowJudgeTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final long START_SLOT = START_MILLIS / 1_000;

    private final RecordingJournal journal = new RecordingJournal();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Concluded> concluded = new ArrayList<>();
    private final List<Command> sent = new ArrayList<>();

    @Test
    void agreementIsSaidAndChangesNothing() {
        // Given
        ModelMonitor monitor = following(true);

        // When the candidate differs as often as the stable version from itself
        Verdict last = play(monitor, 60, disagreement(96, 1, 2, 1));

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.SAFE);
        assertThat(last.getReason()).contains("5900 pairs of answers, 0 of them labelled", "changes no weight");
        assertThat(last.getUnit()).isEqualTo("pair");
        assertThat(last.getGuardrailsList()).extracting("name").containsExactly("disagreement", "accuracy");
        assertThat(last.getGuardrails(0).getCandidateEvents()).isEqualTo(3 * 59);
        assertThat(last.getGuardrails(1).getDetail()).startsWith("absent");
        assertThat(sent).isEmpty();
    }

    @Test
    void harmEndsTheShadow() {
        // Given
        ModelMonitor monitor = following(true);

        // When of each slot's hundred pairs fifteen differ that would not
        Verdict last = play(monitor, 30, disagreement(80, 2, 3, 15));

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.HARM);
        assertThat(last.getHarmedList()).containsExactly("disagreement");
        assertThat(last.getReason())
                .contains("18.0 % of the candidate's answers", "against 5.0 %", "5.0 % of the pairs");
        assertThat(sent).isNotEmpty();
        assertThat(sent.get(0).getId()).isEqualTo("s/v1/rollback");
        ControlState after = control(true).apply(sent.get(0), 1).state();
        assertThat(after.liveRollout(SimulatedFleet.MODEL)).isEmpty();
        monitor.follow(after.liveRollout(SimulatedFleet.MODEL));
        assertThat(monitor.rolloutId()).isEmpty();
        assertThat(journal.contentAfter(journal.size()).keySet())
                .noneMatch(key -> key.kind() == MemoryKey.Kind.ROLLOUT);
    }

    @Test
    void aShadowThatPeopleSteerIsNotEnded() {
        // Given
        ModelMonitor monitor = following(false);

        // When
        Verdict last = play(monitor, 30, disagreement(80, 2, 3, 15));

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.HARM);
        assertThat(sent).isEmpty();
    }

    @Test
    void silenceIsBlindAndNotSafe() {
        // Given a shadow that was safe
        ModelMonitor monitor = following(true);
        Verdict before = play(monitor, 60, disagreement(96, 1, 2, 1));

        // When nobody is heard for a minute
        Verdict after =
                monitor.judge(Moment.at(START_MILLIS + 120_000)).orElseThrow().verdict();

        // Then
        assertThat(before.getConclusion()).isEqualTo(Verdict.Conclusion.SAFE);
        assertThat(after.getConclusion()).isEqualTo(Verdict.Conclusion.BLIND);
    }

    @Test
    void aRestartChangesNoVerdictAndNeitherDoesAReplay() throws InvalidProtocolBufferException {
        // Given half of a shadow, and a restart in the middle of it
        ModelMonitor monitor = following(true);
        AnsweredPairs pairs = disagreement(96, 1, 2, 1);
        play(monitor, 20, pairs);
        ModelMonitor restarted = monitor();
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            restarted.restore(memory.getKey(), memory.getValue());
        }
        assertThat(restarted.follow(control(true).liveRollout(SimulatedFleet.MODEL)))
                .isTrue();

        // When
        play(restarted, 20, pairs);

        // Then all of it is made again, byte for byte
        Map<Replayed.Match, Integer> matches = new EnumMap<>(Replayed.Match.class);
        Replay replay = new Replay(
                new Replay.Task(SimulatedFleet.MODEL, ReplaySettings.DEFAULTS, true, 0, Optional.empty()),
                replayed -> matches.merge(replayed.match(), 1, Integer::sum));
        FoldOrder order = new FoldOrder(
                List.of(new Commanded(new Recorded.Place(0, 0, START_MILLIS), create(true))),
                concluded,
                replay::accept);
        counted.forEach(order::snapshot);
        order.finish();
        assertThat(matches).containsOnlyKeys(Replayed.Match.IDENTICAL);
        assertThat(concluded).hasSizeGreaterThan(30);
    }

    private ModelMonitor following(boolean automatic) {
        ModelMonitor monitor = monitor();
        assertThat(monitor.follow(control(automatic).liveRollout(SimulatedFleet.MODEL)))
                .isTrue();
        assertThat(monitor.rolloutId()).contains("s");
        return monitor;
    }

    private static Command create(boolean automatic) {
        return ControlCommands.createShadow("s", START_MILLIS, automatic);
    }

    private static ControlState control(boolean automatic) {
        return ControlState.empty().apply(create(automatic), 0).state();
    }

    private ModelMonitor monitor() {
        return new ModelMonitor(
                SimulatedFleet.MODEL,
                ReplaySettings.DEFAULTS.fold(),
                new JudgeSettings(ReplaySettings.DEFAULTS.evaluation(), 500, 1_000, 2_000),
                journal);
    }

    /** A gateway reports once a second, each time what it heard in the second before; the last verdict. */
    private Verdict play(ModelMonitor monitor, int seconds, AnsweredPairs pairs) {
        Verdict last = Verdict.getDefaultInstance();
        for (int i = 0; i < seconds; i++) {
            int at = counted.size();
            Snapshot snapshot = report(at, pairs);
            counted.add(new Counted(new Recorded.Place(0, at, snapshot.getSentAtMillis()), snapshot));
            monitor.take(snapshot, at + 1);
            Optional<Judged> judged =
                    monitor.judge(new Moment(snapshot.getSentAtMillis() + 50, monitor.snapshotsUntil(), 1, false));
            if (judged.isPresent()) {
                last = judged.get().verdict();
                judged.get().command().ifPresent(sent::add);
                concluded.add(new Concluded(
                        new Recorded.Place(0, concluded.size(), last.getAtMillis()),
                        last,
                        Replay.sha256(last.toByteArray())));
            }
        }
        return last;
    }

    private static Snapshot report(int sequence, AnsweredPairs pairs) {
        long slot = START_SLOT + sequence;
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setProcess(Snapshot.Process.GATEWAY)
                .setProcessId("g")
                .setEpoch(1)
                .setSequence(sequence + 1)
                .setSentAtMillis(slot * 1_000 + 200)
                .setModel(SimulatedFleet.MODEL)
                .setWatermarkSlot(slot)
                .setWarm(true);
        if (sequence > 0) {
            snapshot.addCells(CellCounts.newBuilder()
                    .setKey(CellKey.newBuilder()
                            .setModel(SimulatedFleet.MODEL)
                            .setVersion("2")
                            .setArm(Arm.SHADOW)
                            .setRolloutId("s")
                            .setSlot(slot - 1))
                    .addPairs(pairs));
        }
        return snapshot.build();
    }

    private static AnsweredPairs disagreement(long bothRight, long onlyControl, long bothWrong, long onlyCandidate) {
        return AnsweredPairs.newBuilder()
                .setQuestion("disagreement")
                .setBothRight(bothRight)
                .setBothWrong(bothWrong)
                .setOnlyControlWrong(onlyControl)
                .setOnlyCandidateWrong(onlyCandidate)
                .build();
    }
}
