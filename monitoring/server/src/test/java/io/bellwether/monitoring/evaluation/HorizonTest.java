package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HorizonTest {
    private static final long START = 1_000_000;
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, START);
    private static final RolloutStatus HELD = new RolloutStatus(0, true, 1, START);
    /** So narrow that two minutes show nothing. */
    private static final Margins NARROW = new Margins(
            0.01, 0.05, 1.05, ErrorFloors.at(1e-4), 0.02, 0.02, 0.02, 1.05, RareMargins.DEFAULTS, Weights.DEFAULTS);

    private static RolloutPlan plan(Margins margins, long seconds, Horizon.Policy policy) {
        Conduct conduct = new Conduct(true, Unit.REQUEST, true, true, new Horizon(seconds, policy));
        return SimulatedRollout.plan(margins, conduct);
    }

    /** Feeds so many seconds of equal arms at 100 requests/s each. */
    private static void feed(RolloutEvaluation evaluation, Random random, int seconds) {
        for (int i = 0; i < seconds; i++) {
            long slot = Math.max(START, evaluation.lastSlot() + 1);
            ArmCounts control = SimulatedArm.healthy().slot(random, 100, 1.5, 1);
            ArmCounts candidate = SimulatedArm.healthy().slot(random, 100, 1.5, 1);
            Assigned assigned = new Assigned(control.requests(), candidate.requests());
            evaluation.add(new SlotCounts(slot, control, candidate, assigned, candidate.requests(), 1));
        }
    }

    private static RolloutEvaluation fed(RolloutPlan plan, int seconds) {
        RolloutEvaluation evaluation =
                RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);
        feed(evaluation, new Random(1), seconds);
        return evaluation;
    }

    private static Assessment now(RolloutEvaluation evaluation, RolloutStatus status) {
        return evaluation.assess(status, evaluation.lastSlot() + 2);
    }

    @Test
    void anInconclusiveRolloutIsHandledAsItsPolicySaysAndNotASecondEarlier() {
        Map<Horizon.Policy, Conclusion> expected = Map.of(
                Horizon.Policy.HOLD, Conclusion.HOLD,
                Horizon.Policy.ROLL_BACK, Conclusion.ROLL_BACK,
                Horizon.Policy.NEVER_PROMOTE, Conclusion.HOLD);
        Map<Horizon.Policy, Conclusion> seen = new HashMap<>();
        for (Horizon.Policy policy : Horizon.Policy.values()) {
            // Given
            RolloutEvaluation evaluation = fed(plan(NARROW, 60, policy), 60);
            assertThat(now(evaluation, FIRST_STEP).horizonPassed()).isFalse();
            assertThat(now(evaluation, FIRST_STEP).reason()).startsWith("not enough evidence yet");

            // When
            feed(evaluation, new Random(2), 1);
            Assessment assessment = now(evaluation, FIRST_STEP);

            // Then
            seen.put(policy, assessment.conclusion());
            assertThat(assessment.horizonPassed()).isTrue();
            assertThat(assessment.harmed()).isEmpty();
            assertThat(assessment.reason())
                    .startsWith("inconclusive at its horizon of 1 min: no harm was shown, and safety is not shown for ")
                    .contains("the smallest harm seen with a chance of 90 % by then: errors at ");
            assertThat(assessment.guardrails()).allSatisfy(guardrail -> assertThat(guardrail.smallestEffect())
                    .isPositive());
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void evidenceThatComesLaterPromotesUnlessThePolicyForbidsIt() {
        // Given margins that take more than ten seconds to be shown safe
        for (Horizon.Policy policy : List.of(Horizon.Policy.HOLD, Horizon.Policy.NEVER_PROMOTE)) {
            RolloutEvaluation evaluation = fed(plan(SimulatedRollout.DEMO, 10, policy), 11);
            assertThat(now(evaluation, FIRST_STEP).reason()).startsWith("inconclusive");

            // When
            feed(evaluation, new Random(3), 300);

            // Then
            Assessment later = now(evaluation, FIRST_STEP);
            if (policy == Horizon.Policy.HOLD) {
                assertThat(later.conclusion()).as(later.reason()).isEqualTo(Conclusion.ADVANCE);
            } else {
                assertThat(later.conclusion()).isEqualTo(Conclusion.HOLD);
                assertThat(later.reason()).contains("came after the horizon of 10 s");
            }
        }
    }

    @Test
    void aConclusiveRolloutIsNotTakenBackWhileItWaitsForItsMinima() {
        RolloutEvaluation evaluation = fed(plan(SimulatedRollout.DEMO, 100, Horizon.Policy.ROLL_BACK), 150);
        Assessment assessment = now(evaluation, new RolloutStatus(1, false, 2, evaluation.lastSlot()));
        assertThat(assessment.horizonPassed()).isTrue();
        assertThat(assessment.conclusion()).as(assessment.reason()).isEqualTo(Conclusion.HOLD);
        assertThat(assessment.reason()).contains("lasts at least");
    }

    @Test
    void neitherBlindnessNorAPersonsHoldIsAReasonToTakeBack() {
        RolloutEvaluation evaluation = fed(plan(NARROW, 60, Horizon.Policy.ROLL_BACK), 61);
        assertThat(now(evaluation, HELD).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 60).conclusion())
                .isEqualTo(Conclusion.BLIND);
        for (int i = 0; i < 20; i++) {
            evaluation.add(
                    new SlotCounts(evaluation.lastSlot() + 1, ArmCounts.NONE, ArmCounts.NONE, Assigned.NONE, 0, 0));
        }
        assertThat(now(evaluation, FIRST_STEP).reason()).startsWith("no compared traffic");
    }

    @Test
    void withoutAHorizonEvidenceIsAwaitedForEver() {
        RolloutEvaluation evaluation = fed(plan(NARROW, 0, Horizon.Policy.ROLL_BACK), 120);
        assertThat(now(evaluation, FIRST_STEP).horizonPassed()).isFalse();
        assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThatThrownBy(() -> new Horizon(-1, Horizon.Policy.HOLD)).hasMessageContaining("-1 s");
    }

    @Test
    void whatWasNotedAtTheHorizonOutlivesARestart() {
        RolloutPlan plan = plan(NARROW, 60, Horizon.Policy.HOLD);
        RolloutEvaluation evaluation = fed(plan, 61);
        RolloutEvaluation resumed = RolloutEvaluation.resume(
                plan,
                EvaluationSettings.DEFAULTS,
                EvaluationState.fromBytes(evaluation.snapshot().toBytes()));
        feed(evaluation, new Random(9), 5);
        feed(resumed, new Random(9), 5);
        assertThat(now(resumed, FIRST_STEP)).isEqualTo(now(evaluation, FIRST_STEP));
        assertThat(resumed.snapshot()).isEqualTo(evaluation.snapshot());
    }

    /** The effect that is foretold is found in about nine of ten rollouts, as long as the estimate is. */
    @Test
    void theSmallestEffectIsIndeedSeenMostlyAndAQuarterOfItHardlyEver() {
        // Given what 60 s show of failures
        Assessment equal = now(fed(plan(SimulatedRollout.DEMO, 60, Horizon.Policy.HOLD), 61), FIRST_STEP);
        double smallest = equal.guardrails().get(0).smallestEffect();
        int foundAtIt = 0;
        int foundBelowIt = 0;

        // When
        for (int seed = 0; seed < 40; seed++) {
            foundAtIt += finds(seed, smallest) ? 1 : 0;
            foundBelowIt += finds(seed, 0.001 + (smallest - 0.001) / 4) ? 1 : 0;
        }

        // Then
        System.out.printf(
                "smallest share of failures seen in 60 s: %.4f; found %d of 40 at it, %d of 40 at a quarter%n",
                smallest, foundAtIt, foundBelowIt);
        assertThat(foundAtIt).isGreaterThanOrEqualTo(28);
        assertThat(foundBelowIt).isLessThanOrEqualTo(4);
    }

    private static boolean finds(long seed, double failureShare) {
        RolloutPlan plan = SimulatedRollout.plan(SimulatedRollout.DEMO, new Conduct(false, Unit.REQUEST, true, true));
        return SimulatedRollout.seeded(seed, plan)
                        .candidate(SimulatedArm.healthy().failing(failureShare))
                        .run(60)
                        .conclusion()
                == Conclusion.ROLL_BACK;
    }
}
