package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Whole rollouts in virtual time: each fault is found, each harmless candidate is promoted. */
class RolloutConclusionsTest {
    private static final int RUNS = 20;

    private static void allRollBack(String guardrail, long secondsMax, LongFunction<SimulatedRollout> rollout) {
        long[] seconds = new long[RUNS];
        for (int seed = 0; seed < RUNS; seed++) {
            SimulatedRollout.Outcome outcome = rollout.apply(seed).run(600);
            assertThat(outcome.conclusion())
                    .as("seed %d: %s", seed, outcome.last().reason())
                    .isEqualTo(Conclusion.ROLL_BACK);
            assertThat(outcome.last().reason()).as("seed %d", seed).contains(guardrail);
            seconds[seed] = outcome.seconds();
        }
        Arrays.sort(seconds);
        System.out.println(guardrail + ": rolled back after " + Arrays.toString(seconds) + " s");
        assertThat(seconds[RUNS / 2]).isLessThanOrEqualTo(secondsMax);
    }

    @Test
    void anEqualCandidateIsPromotedStepByStep() {
        long[] seconds = new long[RUNS];
        for (int seed = 0; seed < RUNS; seed++) {
            SimulatedRollout.Outcome outcome = SimulatedRollout.seeded(seed).run(600);
            assertThat(outcome.conclusion())
                    .as("seed %d: %s", seed, outcome.last().reason())
                    .isEqualTo(Conclusion.PROMOTE);
            assertThat(outcome.stepsTaken()).isEqualTo(1);
            seconds[seed] = outcome.seconds();
        }
        Arrays.sort(seconds);
        System.out.println("equal: promoted after " + Arrays.toString(seconds) + " s");
        assertThat(seconds[RUNS / 2]).isLessThanOrEqualTo(90);
    }

    @Test
    void anEqualCandidateIsPromotedInTimeThoughBothArmsBeginCold() {
        // Given two minutes, in the first ten seconds of which everything takes ten times as long
        long[] seconds = new long[RUNS];
        for (int seed = 0; seed < RUNS; seed++) {
            SimulatedRollout.Outcome outcome =
                    SimulatedRollout.seeded(seed).cold(10, 10).run(120);
            assertThat(outcome.conclusion())
                    .as("seed %d: %s", seed, outcome.last().reason())
                    .isEqualTo(Conclusion.PROMOTE);
            seconds[seed] = outcome.seconds();
        }
        Arrays.sort(seconds);
        System.out.println("equal, cold at first: promoted after " + Arrays.toString(seconds) + " s");
    }

    @Test
    void aBetterCandidateIsPromoted() {
        for (int seed = 0; seed < RUNS; seed++) {
            SimulatedRollout.Outcome outcome = SimulatedRollout.seeded(seed)
                    .candidate(SimulatedArm.healthy().slower(0.8).costlier(0.7).failing(0))
                    .run(600);
            assertThat(outcome.conclusion())
                    .as("seed %d: %s", seed, outcome.last().reason())
                    .isEqualTo(Conclusion.PROMOTE);
        }
    }

    @Test
    void aSlowCandidateIsRolledBack() {
        allRollBack("latency", 15, seed -> SimulatedRollout.seeded(seed)
                .candidate(SimulatedArm.healthy().slower(1.5)));
    }

    @Test
    void aFailingCandidateIsRolledBack() {
        allRollBack("errors", 10, seed -> SimulatedRollout.seeded(seed)
                .candidate(SimulatedArm.healthy().failing(0.05)));
    }

    @Test
    void aDriftingCandidateIsRolledBack() {
        allRollBack("classes", 20, seed -> SimulatedRollout.seeded(seed)
                .candidate(
                        SimulatedArm.healthy().predicting(0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.46)));
    }

    @Test
    void aCostlyCandidateIsRolledBack() {
        allRollBack("cost", 15, seed -> SimulatedRollout.seeded(seed)
                .candidate(SimulatedArm.healthy().costlier(1.6)));
    }

    @Test
    void aCandidateThatTimesOutIsRolledBack() {
        allRollBack("timeouts", 15, seed -> SimulatedRollout.seeded(seed)
                .control(SimulatedArm.healthy().failing(0.1))
                .candidate(SimulatedArm.healthy().failing(0.1).faulty(0.03, 0)));
    }

    @Test
    void aCandidateThatGivesNanIsRolledBack() {
        allRollBack("nan", 15, seed -> SimulatedRollout.seeded(seed)
                .candidate(SimulatedArm.healthy().faulty(0, 0.03)));
    }

    @Test
    void aServiceWithoutAnyErrorsAndWithConstantCostIsPromotedToo() {
        // Given nothing to condition on: no failures, and every request costs the same
        SimulatedArm still = new SimulatedArm(0, 5, 2, 0, SimulatedArm.healthy().classShares());
        SimulatedRollout.Outcome outcome =
                SimulatedRollout.seeded(1).candidate(still).run(600);
        assertThat(outcome.conclusion()).as(outcome.last().reason()).isEqualTo(Conclusion.PROMOTE);
    }

    @Test
    void thinTrafficIsPooledAndStillDecides() {
        // Given two requests a second in all, half a request a second in each arm at first
        SimulatedRollout.Outcome outcome = SimulatedRollout.seeded(3)
                .traffic(2, 1)
                .candidate(SimulatedArm.healthy().failing(0.5))
                .run(600);
        assertThat(outcome.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(outcome.last().counts().candidateRequests()).isLessThan(100);
    }

    @Test
    void restartingAfterEverySlotChangesNothing() {
        for (int seed = 0; seed < 3; seed++) {
            SimulatedArm arm = SimulatedArm.healthy().slower(1.1);
            SimulatedRollout.Outcome whole =
                    SimulatedRollout.seeded(seed).candidate(arm).run(60);
            SimulatedRollout.Outcome restarted = SimulatedRollout.seeded(seed)
                    .candidate(arm)
                    .restartingEverySlot()
                    .run(60);
            assertThat(restarted).isEqualTo(whole);
        }
    }
}
