package io.bellwether.monitoring.evaluation;

import static io.bellwether.monitoring.evaluation.ConcludedAssessment.concluded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.statistics.OutcomeEvidence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What numbers that applications tell make of the conclusions of the comparison. Every number follows from the seeds. */
class OutcomeWatchTest {
    private static final int RUNS = 300;
    private static final OutcomeWatch.Declared CLICK =
            new OutcomeWatch.Declared("click", new OutcomeEvidence.Scale(0, 1, true), 0.02);
    private static final OutcomeWatch.Plan PLAN = new OutcomeWatch.Plan("r", List.of(CLICK), 0.01, 0.05, 0.1);

    /** So many seconds of numbers, with these means and so many of each arm a second. */
    private static void play(
            OutcomeWatch watch, Random random, int seconds, double control, double candidate, int each) {
        for (int i = 0; i < seconds; i++) {
            watch.add(List.of(new ToldOutcomes(clicks(random, control, each), clicks(random, candidate, each), 0)));
        }
    }

    private static List<Double> clicks(Random random, double share, int each) {
        return random.doubles(each).mapToObj(drawn -> drawn < share ? 1.0 : 0.0).toList();
    }

    @Test
    void anOutcomeOfWhichNothingIsToldHoldsTheRollout() {
        // Given
        OutcomeWatch watch = OutcomeWatch.start(PLAN);

        // When
        Assessment promoted = watch.weigh(concluded(Conclusion.PROMOTE));

        // Then
        assertThat(promoted.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(promoted.reason()).isEqualTo("not enough evidence yet against harm in click (nothing told yet)");
        assertThat(promoted.guardrails()).singleElement().satisfies(shown -> {
            assertThat(shown.name()).isEqualTo("outcome_click");
            assertThat(shown.weight()).isEqualTo(0.1);
            assertThat(shown.present()).isTrue();
        });
        assertThat(watch.weigh(concluded(Conclusion.BLIND)).conclusion()).isEqualTo(Conclusion.BLIND);
    }

    @Test
    void safetyLetsItPassAndHarmTakesItBack() {
        // Given
        OutcomeWatch equal = OutcomeWatch.start(PLAN);
        OutcomeWatch worse = OutcomeWatch.start(PLAN);

        // When
        play(equal, new Random(1), 1_800, 0.1, 0.1, 20);
        play(worse, new Random(2), 1_800, 0.1, 0.04, 20);

        // Then
        assertThat(equal.weigh(concluded(Conclusion.PROMOTE)).conclusion()).isEqualTo(Conclusion.PROMOTE);
        Assessment back = worse.weigh(concluded(Conclusion.HOLD));
        assertThat(back.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(back.harmed()).containsExactly("outcome_click");
        assertThat(back.reason())
                .startsWith("click: 0.0")
                .contains("of 36000 requests of the candidate")
                .endsWith("higher is better and the margin 0.02000");
    }

    @Test
    void anOutcomeThatIsToldOfOneArmMoreComparesNothing() {
        // Given clicks of which one in four of the candidate's is never told
        OutcomeWatch watch = OutcomeWatch.start(PLAN);
        Random random = new Random(3);
        for (int i = 0; i < 1_800; i++) {
            watch.add(List.of(new ToldOutcomes(clicks(random, 0.1, 20), clicks(random, 0.1, 15), 0)));
        }

        // Then
        Assessment promoted = watch.weigh(concluded(Conclusion.PROMOTE));
        assertThat(promoted.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(promoted.reason()).contains("whether it is told depends on the version");
    }

    @Test
    void itContinuesFromItsSnapshotAndUnderItsPlanOnly() {
        // Given
        OutcomeWatch before = OutcomeWatch.start(PLAN);
        play(before, new Random(4), 100, 0.1, 0.05, 20);

        // When
        EvaluationState kept = EvaluationState.fromBytes(before.snapshot().toBytes());
        OutcomeWatch after = OutcomeWatch.resume(PLAN, kept);

        // Then
        assertThat(after.weigh(concluded(Conclusion.PROMOTE))).isEqualTo(before.weigh(concluded(Conclusion.PROMOTE)));
        OutcomeWatch.Plan other = new OutcomeWatch.Plan("r", List.of(CLICK), 0.02, 0.05, 0.1);
        assertThatThrownBy(() -> OutcomeWatch.resume(other, kept)).hasMessageContaining("the plan now is");
    }

    /** Clicks of 10 % of the requests, 20 told of each arm a second, margin 2 points, half an hour; default weights. */
    @Test
    void errorsKeepTheirLevelsAndHarmIsFound() {
        // When
        int harmed = 0;
        int safeAtMargin = 0;
        int safe = 0;
        int[] seconds = new int[RUNS];
        for (int run = 0; run < RUNS; run++) {
            harmed += until(Conclusion.ROLL_BACK, run, 0.10) < Integer.MAX_VALUE ? 1 : 0;
            safeAtMargin += until(Conclusion.PROMOTE, 10_000 + run, 0.08) < Integer.MAX_VALUE ? 1 : 0;
            safe += until(Conclusion.PROMOTE, 20_000 + run, 0.10) < Integer.MAX_VALUE ? 1 : 0;
            seconds[run] = until(Conclusion.ROLL_BACK, 30_000 + run, 0.05);
        }
        Arrays.sort(seconds);

        // Then
        System.out.printf(
                "outcomes, of %d: equal and taken back %d, at the margin and safe %d, equal and safe %d; clicks 10 to 5 %%"
                        + " taken back after a median of %d s%n",
                RUNS, harmed, safeAtMargin, safe, seconds[RUNS / 2]);
        assertThat(harmed).isLessThanOrEqualTo(3);
        assertThat(safeAtMargin).isLessThanOrEqualTo(RUNS / 20 + 10);
        assertThat(seconds[RUNS / 2]).isLessThan(1_800);
    }

    private static int until(Conclusion sought, int seed, double candidate) {
        Random random = new Random(seed);
        OutcomeWatch watch = OutcomeWatch.start(PLAN);
        for (int second = 1; second <= 1_800; second++) {
            play(watch, random, 1, 0.10, candidate, 20);
            if (second % 10 == 0 && watch.weigh(concluded(Conclusion.PROMOTE)).conclusion() == sought) {
                return second;
            }
        }
        return Integer.MAX_VALUE;
    }
}
