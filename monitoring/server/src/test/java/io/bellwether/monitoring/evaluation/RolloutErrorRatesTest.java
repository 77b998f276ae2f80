package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * False conclusions over many simulated rollouts. The profile {@code long} runs five times as
 * many, three times as long.
 */
class RolloutErrorRatesTest {
    private static final int RUNS = Boolean.getBoolean("bellwether.long") ? 1_000 : 200;
    private static final int SECONDS = Boolean.getBoolean("bellwether.long") ? 120 : 40;
    private static final double ALPHA = 0.05;
    private static final double BETA = 0.05;
    private static final List<PlannedStep> ONE_STEP = List.of(new PlannedStep(2500, 5, 200));

    /** Exceeded with a chance of about one in a thousand if the true share is {@code level}. */
    private static double most(double level) {
        return RUNS * level + 3.1 * Math.sqrt(RUNS * level * (1 - level));
    }

    private static RolloutPlan plan(Margins margins, boolean automatic) {
        return new RolloutPlan("r", "m", "1", "2", ONE_STEP, margins, new Conduct(automatic, false, true, true));
    }

    private static int count(String what, Conclusion counted, LongFunction<SimulatedRollout> rollout) {
        int found = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            found += rollout.apply(seed).run(SECONDS).conclusion() == counted ? 1 : 0;
        }
        System.out.printf("%s: %d of %d (seeds 0 to %d)%n", what, found, RUNS, RUNS - 1);
        return found;
    }

    /** Load rises by 28 % while errors burst thirtyfold for three seconds of every twenty. */
    private static double restless(long second) {
        return (1 + 0.28 * second / SECONDS) * (second % 20 < 3 ? 30 : 1);
    }

    @Test
    void equalCandidatesAreHardlyEverRolledBackThoughLoadMovesAndMarginsAreNarrow() {
        Margins narrow = new Margins(ALPHA, BETA, 1.01, 1e-4, 0.001, 0.001, 0.001, 1.01);
        LongToDoubleFunction load = RolloutErrorRatesTest::restless;
        int rolledBack = count(
                "equal, narrow margins, restless load: rolled back",
                Conclusion.ROLL_BACK,
                seed -> SimulatedRollout.seeded(seed, plan(narrow, false))
                        .traffic(200, 2)
                        .load(load));
        assertThat((double) rolledBack).isLessThanOrEqualTo(most(ALPHA));
    }

    /** Requests of one batch share its fate. The same bound fails where each of them counts. */
    @Test
    void equalCandidatesInBatchesOfEightAreHardlyEverRolledBackBecauseOnlyWitnessesCount() {
        Margins narrow = new Margins(ALPHA, BETA, 1.01, 1e-4, 0.02, 0.02, 0.02, 1.01);
        int byWitnesses = count(
                "equal, batches of 8, witnesses: rolled back",
                Conclusion.ROLL_BACK,
                seed -> SimulatedRollout.seeded(seed, plan(narrow, false)).traffic(200, 8));
        int byRequests = count(
                "equal, batches of 8, all requests: rolled back", Conclusion.ROLL_BACK, seed -> SimulatedRollout.seeded(
                                seed, plan(narrow, false))
                        .traffic(200, 8)
                        .countingOfEachBatch(8));
        assertThat((double) byWitnesses).isLessThanOrEqualTo(most(ALPHA));
        assertThat((double) byRequests).isGreaterThan(most(ALPHA));
    }

    @Test
    void candidatesExactlyAtTheMarginsAreRolledBackWithinTheBudget() {
        // Given every margin used to the full: 13 buckets of 2 % for latency and cost, the odds for failures
        Margins margins = new Margins(ALPHA, BETA, 1.25, 1e-4, 0.29, 0.29, 0.29, 1.5);
        double full = Math.pow(1.02, 13);
        SimulatedArm atTheMargin =
                SimulatedArm.healthy().slower(full).costlier(full).failing(0.00125);
        int rolledBack = count("at every margin: rolled back", Conclusion.ROLL_BACK, seed -> SimulatedRollout.seeded(
                        seed, plan(margins, false))
                .traffic(200, 2)
                .candidate(atTheMargin));
        assertThat((double) rolledBack).isLessThanOrEqualTo(most(ALPHA));
    }

    @Test
    void candidatesExactlyAtTheLatencyMarginAreHardlyEverPromoted() {
        Margins margins = new Margins(0.001, BETA, 1.25, 0.05, 0.29, 2, 1, 3);
        SimulatedArm atTheMargin = SimulatedArm.healthy().slower(Math.pow(1.02, 13));
        int promoted =
                count("median latency at its margin: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                                seed, plan(margins, true))
                        .traffic(400, 2)
                        .candidate(atTheMargin));
        assertThat((double) promoted).isLessThanOrEqualTo(most(BETA));
    }

    @Test
    void candidatesExactlyAtTheErrorMarginAndFloorAreHardlyEverPromoted() {
        // Given a base of 1.6 %, so that the candidate is at both: odds 1.25 and the floor of 2 %
        Margins margins = new Margins(0.001, BETA, 1.25, 0.02, 1, 2, 1, 3);
        SimulatedArm atTheMargin = SimulatedArm.healthy().failing(0.0201);
        int promoted =
                count("errors at margin and floor: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                                seed, plan(margins, true))
                        .traffic(400, 2)
                        .control(SimulatedArm.healthy().failing(0.016))
                        .candidate(atTheMargin));
        assertThat((double) promoted).isLessThanOrEqualTo(most(BETA));
    }
}
