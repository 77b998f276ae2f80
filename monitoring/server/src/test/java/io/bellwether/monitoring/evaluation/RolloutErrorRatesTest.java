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
        return new RolloutPlan("r", "m", "1", "2", ONE_STEP, margins, new Conduct(automatic, Unit.REQUEST, true, true));
    }

    private static final Weights WEIGHTS = Weights.DEFAULTS;

    /** Margins so wide that nothing else keeps a candidate from being promoted in time. */
    private static final RareMargins WIDE = new RareMargins(2, 3, 0.1, 3, 0.1);

    private static Margins margins(double errorFloor, double p50, RareMargins rare) {
        return new Margins(0.001, BETA, 1.25, ErrorFloors.at(errorFloor), p50, 2, 1, 3, rare, WEIGHTS);
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
        RareMargins rare = new RareMargins(0.001, 1.01, 1e-4, 1.01, 1e-4);
        Margins narrow = new Margins(ALPHA, BETA, 1.01, ErrorFloors.at(1e-4), 0.001, 0.001, 0.001, 1.01, rare, WEIGHTS);
        SimulatedArm faulty = SimulatedArm.healthy().faulty(0.01, 0.01);
        LongToDoubleFunction load = RolloutErrorRatesTest::restless;
        int rolledBack = count(
                "equal, narrow margins, restless load: rolled back",
                Conclusion.ROLL_BACK,
                seed -> SimulatedRollout.seeded(seed, plan(narrow, false))
                        .traffic(200, 2)
                        .control(faulty)
                        .candidate(faulty)
                        .load(load));
        assertThat((double) rolledBack).isLessThanOrEqualTo(most(ALPHA));
    }

    /** Requests of one batch share its fate. The same bound fails where each of them counts. */
    @Test
    void equalCandidatesInBatchesOfEightAreHardlyEverRolledBackBecauseOnlyWitnessesCount() {
        Margins narrow = new Margins(
                ALPHA, BETA, 1.01, ErrorFloors.at(1e-4), 0.02, 0.02, 0.02, 1.01, RareMargins.DEFAULTS, WEIGHTS);
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
        Margins margins = new Margins(
                ALPHA,
                BETA,
                1.26,
                ErrorFloors.at(1e-4),
                0.29,
                0.29,
                0.29,
                1.5,
                new RareMargins(0.29, 1.25, 1e-4, 1.25, 1e-4),
                WEIGHTS);
        double full = Math.pow(1.02, 13);
        SimulatedArm atTheMargin = SimulatedArm.healthy()
                .slower(full)
                .costlier(full)
                .failing(0.00125)
                .faulty(0.0125, 0.0125);
        int rolledBack = count("at every margin: rolled back", Conclusion.ROLL_BACK, seed -> SimulatedRollout.seeded(
                        seed, plan(margins, false))
                .traffic(200, 2)
                .control(SimulatedArm.healthy().faulty(0.01, 0.01))
                .candidate(atTheMargin));
        assertThat((double) rolledBack).isLessThanOrEqualTo(most(ALPHA));
    }

    @Test
    void candidatesExactlyAtTheLatencyMarginAreHardlyEverPromoted() {
        Margins margins = margins(0.05, 0.29, WIDE);
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
        Margins margins = margins(0.02, 1, WIDE);
        SimulatedArm atTheMargin = SimulatedArm.healthy().failing(0.0201);
        int promoted =
                count("errors at margin and floor: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                                seed, plan(margins, true))
                        .traffic(400, 2)
                        .control(SimulatedArm.healthy().failing(0.016))
                        .candidate(atTheMargin));
        assertThat((double) promoted).isLessThanOrEqualTo(most(BETA));
    }

    @Test
    void candidatesWhoseTailIsExactlyAtItsMarginAreHardlyEverPromoted() {
        Margins margins = margins(0.05, 2, new RareMargins(0.29, 3, 0.1, 3, 0.1));
        SimulatedArm atTheMargin = SimulatedArm.healthy().slower(Math.pow(1.02, 13));
        int promoted =
                count("99th percentile at its margin: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                                seed, plan(margins, true))
                        .traffic(400, 2)
                        .candidate(atTheMargin));
        assertThat((double) promoted).isLessThanOrEqualTo(most(BETA));
    }

    @Test
    void candidatesWhoseTimeoutsOrNanAreExactlyAtMarginAndFloorAreHardlyEverPromoted() {
        Margins timeouts = margins(0.1, 1, new RareMargins(2, 1.25, 0.02, 3, 0.1));
        Margins nans = margins(0.1, 1, new RareMargins(2, 3, 0.1, 1.25, 0.02));
        int byTimeouts =
                count("timeouts at margin and floor: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                                seed, plan(timeouts, true))
                        .traffic(400, 2)
                        .control(SimulatedArm.healthy().faulty(0.016, 0))
                        .candidate(SimulatedArm.healthy().faulty(0.0201, 0)));
        int byNans = count("NaN at margin and floor: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(
                        seed, plan(nans, true))
                .traffic(400, 2)
                .control(SimulatedArm.healthy().faulty(0, 0.016))
                .candidate(SimulatedArm.healthy().faulty(0, 0.0201)));
        assertThat((double) byTimeouts).isLessThanOrEqualTo(most(BETA));
        assertThat((double) byNans).isLessThanOrEqualTo(most(BETA));
    }

    @Test
    void theMarginsOfThePromotionTestsLetEqualCandidatesPass() {
        // Given each set of margins that the tests at a margin use
        List<Margins> all = List.of(
                margins(0.05, 0.29, WIDE),
                margins(0.02, 1, WIDE),
                margins(0.05, 2, new RareMargins(0.29, 3, 0.1, 3, 0.1)),
                margins(0.1, 1, new RareMargins(2, 1.25, 0.02, 3, 0.1)),
                margins(0.1, 1, new RareMargins(2, 3, 0.1, 1.25, 0.02)));
        for (Margins margins : all) {
            int promoted = count(
                    "equal: promoted", Conclusion.PROMOTE, seed -> SimulatedRollout.seeded(seed, plan(margins, true))
                            .traffic(400, 2));
            assertThat(promoted).as("%s", margins).isGreaterThan(RUNS / 2);
        }
    }
}
