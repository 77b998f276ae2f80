package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Verdicts on shadows, and how often and how soon they err. Every number follows from the seeds. */
class ShadowEvaluationTest {
    private static final ShadowPlan.Margins USUAL = new ShadowPlan.Margins(0.01, 0.05, 0.05, 0, 0.01, false);
    private static final ShadowPlan.Margins LABELLED = new ShadowPlan.Margins(0.01, 0.05, 0.05, 0, 0.01, true);
    private static final int RUNS = 400;

    private static ShadowEvaluation evaluation(ShadowPlan.Margins margins) {
        return ShadowEvaluation.start(plan(margins), EvaluationSettings.DEFAULTS);
    }

    private static ShadowPlan plan(ShadowPlan.Margins margins) {
        return new ShadowPlan("s", "m", "1", "2", true, margins);
    }

    private static AnswerPairs pairs(long right, long bothWrong, long onlyControl, long onlyCandidate) {
        return new AnswerPairs(right, bothWrong, onlyControl, onlyCandidate, AnswerPairs.NONE.lost());
    }

    @Test
    void declaredLabelsThatDoNotComeHold() {
        // Given
        ShadowEvaluation evaluation = evaluation(LABELLED);

        // When the answers agree well enough
        evaluation.add(new ShadowSlot(100, pairs(5_000, 50, 50, 50), AnswerPairs.NONE));

        // Then
        Assessment assessment = evaluation.assess(false, 101);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(assessment.reason()).contains("labels are required and none came");
        assertThat(evaluation(USUAL).assess(false, 101).conclusion()).isEqualTo(Conclusion.BLIND);
    }

    @Test
    void labelsThatComeMustShowSafetyToo() {
        // Given
        ShadowEvaluation evaluation = evaluation(USUAL);
        evaluation.add(new ShadowSlot(100, pairs(5_000, 50, 50, 50), pairs(90, 8, 1, 1)));

        // Then
        assertThat(evaluation.assess(false, 101).reason()).contains("not enough evidence yet against harm in accuracy");

        // When
        evaluation.add(new ShadowSlot(101, AnswerPairs.NONE, pairs(4_600, 200, 60, 40)));

        // Then
        assertThat(evaluation.assess(false, 102).conclusion()).isEqualTo(Conclusion.SAFE);
        assertThat(evaluation.assess(true, 102).reason()).isEqualTo("a person holds the shadow");
    }

    @Test
    void aCandidateThatLeavesItsCopiesUnansweredIsNotCompared() {
        // Given
        ShadowEvaluation evaluation = evaluation(USUAL);

        // When a fifth of its answers are lost, and those that came agree
        for (int slot = 0; slot < 20; slot++) {
            evaluation.add(new ShadowSlot(
                    slot, new AnswerPairs(78, 0, 0, 0, new AnswerPairs.Lost(2, 20, 0)), AnswerPairs.NONE));
        }

        // Then
        Assessment assessment = evaluation.assess(false, 20);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.INVALID);
        assertThat(assessment.reason())
                .contains("the candidate alone left 400 copies unanswered", "alone 40", "1560 were answered by both");
        assertThat(assessment.split().counted()).isEqualTo(new Assigned(1_960, 1_600));
    }

    @Test
    void evidenceContinuesFromItsSnapshotAndUnderItsPlanOnly() {
        // Given
        ShadowEvaluation before = evaluation(USUAL);
        before.add(new ShadowSlot(1, pairs(80, 3, 2, 15), pairs(10, 0, 0, 2)));

        // When
        EvaluationState kept = EvaluationState.fromBytes(before.snapshot().toBytes());
        ShadowEvaluation after = ShadowEvaluation.resume(plan(USUAL), EvaluationSettings.DEFAULTS, kept);

        // Then
        assertThat(after.assess(false, 2)).isEqualTo(before.assess(false, 2));
        assertThat(after.add(new ShadowSlot(1, AnswerPairs.NONE, AnswerPairs.NONE)))
                .isFalse();
        assertThatThrownBy(() -> ShadowEvaluation.resume(plan(LABELLED), EvaluationSettings.DEFAULTS, kept))
                .hasMessageContaining("the plan now is");
    }

    /**
     * Two points of accuracy at a discordance of 6 %: 4 % of the pairs only the candidate gets wrong, 2 % only the stable
     * version. The aim is 2,000 labelled pairs.
     */
    @Test
    void twoPointsOfAccuracyAreFoundInTwoThousandLabelledPairs() {
        // When
        int[] pairs = new int[RUNS];
        for (int run = 0; run < RUNS; run++) {
            pairs[run] = pairsUntil(Conclusion.HARM, new Random(1_000 + run), 0.04, 0.02, 20_000);
        }
        Arrays.sort(pairs);

        // Then
        System.out.printf(
                "labelled pairs until harm: median %d, 90 %% %d, seeds 1000 to %d%n",
                pairs[RUNS / 2], pairs[RUNS * 9 / 10], 999 + RUNS);
        assertThat(pairs[RUNS / 2]).isBetween(500, 2_000);
    }

    @Test
    void anEquallyAccurateCandidateIsHardlyEverHarmfulAndOneAtTheMarginHardlyEverSafe() {
        // Given a level of 1 % and one of 5 %, five standard errors above which nothing passes
        int harmful = 0;
        int safe = 0;
        int safeWhenEqual = 0;

        // When
        for (int run = 0; run < RUNS; run++) {
            harmful += pairsUntil(Conclusion.HARM, new Random(run), 0.03, 0.03, 10_000) > 0 ? 1 : 0;
            safe += pairsUntil(Conclusion.SAFE, new Random(10_000 + run), 0.035, 0.025, 10_000) > 0 ? 1 : 0;
            safeWhenEqual += pairsUntil(Conclusion.SAFE, new Random(20_000 + run), 0.03, 0.03, 10_000) > 0 ? 1 : 0;
        }

        // Then
        System.out.printf(
                "of %d: equal and called harmful %d, at the margin and called safe %d, equal and called safe %d%n",
                RUNS, harmful, safe, safeWhenEqual);
        assertThat(harmful).isLessThanOrEqualTo(RUNS / 100 + 10);
        assertThat(safe).isLessThanOrEqualTo(RUNS / 20);
        assertThat(safeWhenEqual).isGreaterThan(RUNS / 2);
    }

    /** Labelled pairs, ten a slot, until a conclusion; -1 if it is not drawn. Answers agree all the while. */
    private static int pairsUntil(
            Conclusion sought, Random random, double candidateWrong, double controlWrong, int most) {
        ShadowEvaluation evaluation = evaluation(LABELLED);
        for (int pairs = 0, slot = 1; pairs < most; slot++) {
            int onlyCandidate = 0;
            int onlyControl = 0;
            for (int i = 0; i < 10; i++) {
                double drawn = random.nextDouble();
                onlyCandidate += drawn < candidateWrong ? 1 : 0;
                onlyControl += drawn >= candidateWrong && drawn < candidateWrong + controlWrong ? 1 : 0;
            }
            pairs += 10;
            evaluation.add(new ShadowSlot(
                    slot, pairs(10, 0, 0, 0), pairs(10 - onlyCandidate - onlyControl, 0, onlyControl, onlyCandidate)));
            if (evaluation.assess(false, slot + 1).conclusion() == sought) {
                return pairs;
            }
        }
        return -1;
    }
}
