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
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelMonitorTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private final RecordingJournal journal = new RecordingJournal();

    /**
     * A crash keeps any prefix of the writes; the input is read again from some snapshot before the crash. Whatever the
     * prefix, the evidence ends the same as without a crash.
     */
    @Test
    void aCrashAfterAnyWriteChangesNoEvidence() throws InvalidProtocolBufferException {
        // Given a run without a crash, and how much had been written after each snapshot
        List<Snapshot> input = traffic(Behaviour.EQUAL, 60);
        ControlState control = withRollout();
        ModelMonitor whole = monitor(journal);
        List<Integer> writesAfter = new ArrayList<>();
        for (Snapshot snapshot : input) {
            whole.follow(control.liveRollout(SimulatedFleet.MODEL));
            whole.take(snapshot);
            writesAfter.add(journal.size());
        }
        Verdict expected = verdict(whole);

        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            // When it crashes after some write, and reads again what it had read since the last commit
            int crash = 1 + random.nextInt(journal.size());
            int read = 0;
            while (writesAfter.get(read) < crash) {
                read++;
            }
            int from = Math.max(0, read - random.nextInt(8));
            ModelMonitor restarted = monitor(new RecordingJournal());
            for (Map.Entry<MemoryKey, byte[]> memory :
                    journal.contentAfter(crash).entrySet()) {
                restarted.restore(memory.getKey(), memory.getValue());
            }
            assertThat(restarted.follow(control.liveRollout(SimulatedFleet.MODEL)))
                    .isTrue();
            input.subList(from, input.size()).forEach(restarted::take);

            // Then
            assertThat(verdict(restarted)).as("crash after write %d", crash).isEqualTo(expected);
        }
    }

    @Test
    void aCommandIsRepeatedOnlyWhileTheLogDoesNotShowItAndNotMoreOftenThanAllowed() {
        // Given evidence of harm
        ControlState control = withRollout();
        ModelMonitor monitor = monitor(journal);
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        List<Snapshot> input = traffic(Behaviour.FAILING, 80);
        input.forEach(monitor::take);
        long nowMillis = input.get(input.size() - 1).getSentAtMillis();

        // When nobody answers for four seconds
        List<Command> sent = new ArrayList<>();
        for (int i = 0; i <= 16; i++) {
            monitor.judge(Moment.at(nowMillis + i * 250L))
                    .flatMap(Judged::command)
                    .ifPresent(sent::add);
        }

        // Then the same command went three times
        assertThat(sent).hasSize(3);
        assertThat(sent).extracting(Command::getId).containsOnly("r1/v1/rollback");

        // When the log shows it
        ControlState after = control.apply(sent.get(0), 1).state();
        monitor.follow(after.liveRollout(SimulatedFleet.MODEL));

        // Then there is nothing to judge, and nothing remembered about it
        assertThat(monitor.judge(Moment.at(nowMillis + 10_000))).isEmpty();
        assertThat(journal.contentAfter(journal.size()).keySet())
                .noneMatch(key -> key.kind() == MemoryKey.Kind.ROLLOUT);
    }

    @Test
    void aVerdictBoundsTheEffectOfEachGuardrailButNotOfTheClassThatLooksWorst() {
        // Given
        ModelMonitor monitor = monitor(journal);
        monitor.follow(withRollout().liveRollout(SimulatedFleet.MODEL));
        traffic(Behaviour.FAILING, 80).forEach(monitor::take);

        // When
        Verdict verdict = verdict(monitor);

        // Then
        assertThat(verdict.getGuardrailsList()).allSatisfy(guardrail -> {
            if (guardrail.getName().equals("classes") || guardrail.getControlCount() == 0) {
                assertThat(guardrail.getEffectHighest()).isZero();
            } else {
                double seen = (double) guardrail.getCandidateEvents() / guardrail.getCandidateCount()
                        - (double) guardrail.getControlEvents() / guardrail.getControlCount();
                assertThat(seen).isBetween(guardrail.getEffectLowest(), guardrail.getEffectHighest());
            }
        });
        assertThat(verdict.getGuardrails(0).getName()).isEqualTo("errors");
        assertThat(verdict.getGuardrails(0).getEffectLowest()).isPositive();
    }

    @Test
    void aHeldRolloutMayBeTakenBack() {
        ControlState control = withRollout()
                .apply(ControlCommands.hold("r1", 1, START_MILLIS), 1)
                .state();
        ModelMonitor monitor = monitor(journal);
        monitor.follow(control.liveRollout(SimulatedFleet.MODEL));
        traffic(Behaviour.FAILING, 80).forEach(monitor::take);

        Judged judged = monitor.judge(Moment.at(START_MILLIS + 20_000)).orElseThrow();

        assertThat(judged.command()).map(Command::getActionCase).contains(Command.ActionCase.ROLL_BACK);
        assertThat(judged.command()).map(Command::getBasedOnVersion).contains(2L);
    }

    @Test
    void evidenceOfARolloutWithOtherMarginsIsNotContinued() throws InvalidProtocolBufferException {
        // Given evidence about a rollout that bakes an hour
        ModelMonitor before = monitor(journal);
        before.follow(withRollout().liveRollout(SimulatedFleet.MODEL));
        traffic(Behaviour.EQUAL, 40).forEach(before::take);

        // When a rollout of the same name has another plan
        ModelMonitor after = monitor(new RecordingJournal());
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            after.restore(memory.getKey(), memory.getValue());
        }
        ControlState other = ControlState.empty()
                .apply(ControlCommands.create("r1", START_MILLIS, true, 1), 0)
                .state();

        // Then it says so and begins anew
        assertThat(after.follow(other.liveRollout(SimulatedFleet.MODEL))).isFalse();
        assertThat(verdict(after).getCandidateRequests()).isZero();
    }

    @Test
    void withoutARolloutThereIsNothingToJudge() {
        ModelMonitor monitor = monitor(journal);
        monitor.follow(Optional.empty());
        traffic(Behaviour.EQUAL, 20).forEach(monitor::take);

        assertThat(monitor.judge(Moment.at(START_MILLIS + 5_000))).isEmpty();
        assertThat(monitor.rolloutId()).isEmpty();
    }

    @Test
    void atFullWeightNothingIsComparedButExposureCounts() {
        // Given a rollout that people steer, at 100 %: all traffic sees the candidate, none is matched
        SimulatedFleet fleet = new SimulatedFleet(11, Behaviour.EQUAL, 40, START_MILLIS);
        fleet.routeAll("r1");
        ModelMonitor monitor = monitor(journal);
        monitor.follow(ControlState.empty()
                .apply(ControlCommands.create("r1", START_MILLIS, false, 0), 0)
                .state()
                .liveRollout(SimulatedFleet.MODEL));

        // When ten seconds of traffic come, of which the last is not complete
        for (int i = 0; i < 40; i++) {
            fleet.tick().forEach(monitor::take);
        }

        // Then the candidate's nine or so seconds of requests and their cost are told, and there is no evidence
        Verdict verdict =
                monitor.judge(Moment.at(fleet.nowMillis())).orElseThrow().verdict();
        assertThat(verdict.getExposedRequests()).isBetween(8 * 160L, 10 * 160L);
        assertThat(verdict.getExposedCostPicoUsd()).isGreaterThan(8 * 160 * 900_000L);
        assertThat(verdict.getCandidateRequests()).isZero();
        assertThat(verdict.getLogECombined()).isZero();
        assertThat(verdict.getConclusion()).isIn(Verdict.Conclusion.HOLD, Verdict.Conclusion.BLIND);
    }

    private static Verdict verdict(ModelMonitor monitor) {
        return monitor.judge(Moment.at(START_MILLIS + 60_000)).orElseThrow().verdict();
    }

    private static ModelMonitor monitor(RecordingJournal journal) {
        return new ModelMonitor(SimulatedFleet.MODEL, FoldSettings.DEFAULTS, JudgeSettings.DEFAULTS, journal);
    }

    private static ControlState withRollout() {
        return ControlState.empty()
                .apply(ControlCommands.create("r1", START_MILLIS, true, 3_600), 0)
                .state();
    }

    private static List<Snapshot> traffic(Behaviour candidate, int ticks) {
        SimulatedFleet fleet = new SimulatedFleet(11, candidate, 40, START_MILLIS);
        fleet.route("r1", 0.2);
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < ticks; i++) {
            snapshots.addAll(fleet.tick());
        }
        return snapshots;
    }
}
