package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.folding.RecordingJournal;
import io.bellwether.monitoring.judging.MortalFleet.Lives;
import io.bellwether.monitoring.judging.MortalFleet.Version;
import io.bellwether.routing.ControlState;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Rollouts whose processes are killed all the time: what is cut off becomes evidence of nothing. */
class DyingProcessesTest {
    private static final int RUNS = Boolean.getBoolean("bellwether.long") ? 500 : 60;
    private static final int SECONDS = 60;
    private static final double ALPHA = 0.05;
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final Guardrails NARROW = Guardrails.newBuilder()
            .setAlpha(ALPHA)
            .setBeta(0.05)
            .setErrorOddsMargin(1.25)
            .setErrorFloor(1e-4)
            .setLatencyP50Margin(0.02)
            .setLatencyP95Margin(0.02)
            .setLatencyP99Margin(0.02)
            .setTimeoutFloor(1e-4)
            .setNanFloor(1e-4)
            .setCostMargin(0.02)
            .setClassOddsMargin(1.1)
            .build();
    private static final Guardrails WIDE = NARROW.toBuilder()
            .setErrorFloor(0.3)
            .setLatencyP50Margin(1)
            .setLatencyP95Margin(1)
            .setLatencyP99Margin(1)
            .setTimeoutFloor(0.3)
            .setNanFloor(0.3)
            .setCostMargin(1)
            .setClassOddsMargin(3)
            .build();

    /** Exceeded with a chance of about one in a thousand if the true share is {@code ALPHA}. */
    private static double most() {
        return RUNS * ALPHA + 3.1 * Math.sqrt(RUNS * ALPHA * (1 - ALPHA));
    }

    @Test
    void equalCandidatesAreNotTakenBackThoughGatewaysAndWorkersDie() {
        // Given A/A, requests of half a second, margins of next to nothing
        Version same = new Version(0.1, 400, 0);
        int rolledBack = rolledBack(NARROW, new Lives(4_000, 6_000, 1_000), same, same);

        assertThat((double) rolledBack).isLessThanOrEqualTo(most());
    }

    @Test
    void aSlowerCandidateWithinItsMarginIsNotTakenForAFailingOneWhenGatewaysAreCutOff() {
        // Given failures that come at once, and a candidate 3.8 times slower where four times is allowed: whoever is
        // cut off
        // in the middle of a slot has seen all of the failures and few of the successes, fewer in the slower arm
        Guardrails margins = NARROW.toBuilder()
                .setErrorOddsMargin(1.05)
                .setLatencyP50Margin(3)
                .setLatencyP95Margin(3)
                .setLatencyP99Margin(3)
                .build();
        int rolledBack =
                rolledBack(margins, new Lives(2_000, 0, 1_000), new Version(0.2, 300, 0), new Version(0.2, 1_140, 0));

        assertThat((double) rolledBack).isLessThanOrEqualTo(most());
    }

    @Test
    void aCandidateThatKillsItsWorkersIsTakenBackOnTheGatewaysCounts() {
        for (int seed = 0; seed < 5; seed++) {
            Version killer = new Version(0, 5, 0.1);
            Run run = new Run(WIDE.toBuilder().setErrorFloor(0.005).build(), snapshot -> snapshot);
            MortalFleet fleet = new MortalFleet(seed, START_MILLIS, new Lives(0, 0, 100), new Version(0, 5, 0), killer);
            assertThat(run.of(fleet, SECONDS, 2))
                    .as("seed %d: %s", seed, run.last.getReason())
                    .contains(Command.ActionCase.ROLL_BACK);
            assertThat(run.last.getHarmedList()).as("seed %d", seed).containsExactly("errors");
        }
    }

    @Test
    void equalCandidatesOfAFleetThatLivesArePromoted() {
        // Given what the next test takes away
        assertThat(promoted(snapshot -> snapshot)).isTrue();
    }

    @Test
    void slotsThatAGatewayOrAWorkerHasNotPassedPromoteNothing() {
        for (Snapshot.Process kind : new Snapshot.Process[] {Snapshot.Process.GATEWAY, Snapshot.Process.WORKER}) {
            // Given every gateway, or every worker, is heard but never says that a slot is complete
            assertThat(promoted(snapshot -> snapshot.getProcess() == kind
                            ? snapshot.toBuilder()
                                    .setWatermarkSlot(START_MILLIS / 1_000)
                                    .build()
                            : snapshot))
                    .as("%s", kind)
                    .isFalse();
        }
    }

    /** Slots are closed early enough to be fresh, so that only their being partial keeps them from promoting. */
    private static boolean promoted(UnaryOperator<Snapshot> seen) {
        Version same = new Version(0.001, 20, 0);
        MortalFleet fleet = new MortalFleet(3, START_MILLIS, new Lives(0, 0, 250), same, same);
        Run run = new Run(WIDE, seen);
        Optional<Command.ActionCase> ended = run.of(fleet, 90, 5);
        assertThat(run.last.getExposedRequests()).isPositive();
        return ended.isPresent();
    }

    private static int rolledBack(Guardrails margins, Lives lives, Version control, Version candidate) {
        int found = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Run run = new Run(margins, snapshot -> snapshot);
            Optional<Command.ActionCase> ended =
                    run.of(new MortalFleet(seed, START_MILLIS, lives, control, candidate), SECONDS, 5);
            found += ended.equals(Optional.of(Command.ActionCase.ROLL_BACK)) ? 1 : 0;
        }
        System.out.printf("%s, %s: %d of %d rolled back (seeds 0 to %d)%n", lives, candidate, found, RUNS, RUNS - 1);
        return found;
    }

    /** One rollout until its first command. */
    private static final class Run {
        private final ModelMonitor monitor;
        private final UnaryOperator<Snapshot> seen;
        private Verdict last = Verdict.getDefaultInstance();

        Run(Guardrails margins, UnaryOperator<Snapshot> seen) {
            this.seen = seen;
            monitor = new ModelMonitor(
                    SimulatedFleet.MODEL,
                    new FoldSettings(2_000, 5_000, 64, 50_000),
                    new JudgeSettings(new EvaluationSettings(10, 10, 20), 500, 1_000, 2_000),
                    new RecordingJournal());
            Command create = ControlCommands.create(MortalFleet.ROLLOUT, START_MILLIS, true, 5);
            Command.Builder judged = create.toBuilder();
            judged.getCreateBuilder().setGuardrails(margins);
            monitor.follow(ControlState.empty().apply(judged.build(), 0).state().liveRollout(SimulatedFleet.MODEL));
        }

        Optional<Command.ActionCase> of(MortalFleet fleet, int seconds, int requestsPerStep) {
            for (int i = 0; i < 4 * seconds; i++) {
                fleet.report(requestsPerStep).forEach(snapshot -> monitor.take(seen.apply(snapshot)));
                Optional<Judged> judged = monitor.judge(Moment.at(fleet.nowMillis()));
                last = judged.map(Judged::verdict).orElse(last);
                Optional<Command> command = judged.flatMap(Judged::command);
                if (command.isPresent()) {
                    return command.map(Command::getActionCase);
                }
            }
            return Optional.empty();
        }
    }
}
