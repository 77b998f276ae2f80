package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutEvaluationTest {
    private static final long START = 5_000;
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, START);

    private static RolloutEvaluation evaluation(Conduct conduct) {
        RolloutPlan plan = SimulatedRollout.plan(SimulatedRollout.DEMO, conduct);
        return RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);
    }

    /** 200 requests without failure, 100 witnesses spread over 50 buckets, ten equal classes. */
    private static ArmCounts healthy() {
        int[] buckets = new int[50];
        Arrays.setAll(buckets, i -> 700 + i);
        long[] two = new long[50];
        Arrays.fill(two, 2);
        long[] twenty = new long[10];
        Arrays.fill(twenty, 20);
        LogHistogram values = LogHistogram.of(buckets, two);
        return new ArmCounts(200, 0, values, values, ClassCounts.of(twenty), new FaultCounts(0, 200, 0));
    }

    private static ArmCounts without(ArmCounts arm, boolean cost, boolean classes) {
        return new ArmCounts(
                arm.requests(),
                arm.failures(),
                arm.witnessLatencyNanos(),
                cost ? LogHistogram.EMPTY : arm.witnessCostPicoUsd(),
                classes ? ClassCounts.NONE : arm.classes(),
                arm.faults());
    }

    private static void feed(RolloutEvaluation evaluation, int slots, ArmCounts control, ArmCounts candidate) {
        long from = Math.max(START, evaluation.lastSlot() + 1);
        for (long slot = from; slot < from + slots; slot++) {
            Assigned assigned = new Assigned(control.requests(), candidate.requests());
            evaluation.add(new SlotCounts(slot, control, candidate, assigned, candidate.requests(), 7));
        }
    }

    private static Assessment now(RolloutEvaluation evaluation, RolloutStatus status) {
        return evaluation.assess(status, evaluation.lastSlot() + 2);
    }

    @Test
    void withoutAnySlotItIsBlind() {
        Assessment assessment = evaluation(Conduct.DEFAULT).assess(FIRST_STEP, START);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.BLIND);
        assertThat(assessment.reason()).contains("no complete slot");
        assertThat(assessment.counts().slot()).isEqualTo(-1);
    }

    @Test
    void enoughEvidenceAdvancesAndAtTheLastStepPromotes() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        evaluation.assess(FIRST_STEP, START);
        feed(evaluation, 60, healthy(), healthy());
        Assessment first = now(evaluation, FIRST_STEP);
        assertThat(first.conclusion()).as(first.reason()).isEqualTo(Conclusion.ADVANCE);
        assertThat(first.counts().stepCandidateRequests()).isEqualTo(60 * 200);
        assertThat(first.counts().exposedCostPicoUsd()).isEqualTo(60 * 7);
        // When the second step begins, its own minima count anew
        RolloutStatus second = new RolloutStatus(1, false, 2, START + 60);
        Assessment early = now(evaluation, second);
        assertThat(early.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(early.reason()).contains("lasts at least 5 s");
        assertThat(early.counts().stepCandidateRequests()).isZero();
        feed(evaluation, 10, healthy(), healthy());
        assertThat(now(evaluation, second).conclusion()).isEqualTo(Conclusion.PROMOTE);
    }

    @Test
    void staleTelemetryNeverPromotes() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 60, healthy(), healthy());
        assertThat(evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 5).conclusion())
                .isNotEqualTo(Conclusion.BLIND);
        Assessment late = evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 6);
        assertThat(late.conclusion()).isEqualTo(Conclusion.BLIND);
        assertThat(late.reason()).contains("6 s old");
    }

    @Test
    void slotsWithoutTrafficAreNoFreshEvidence() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 60, healthy(), healthy());
        feed(evaluation, 20, ArmCounts.NONE, ArmCounts.NONE);
        Assessment idle = now(evaluation, FIRST_STEP);
        assertThat(idle.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(idle.reason()).contains("no compared traffic");
        feed(evaluation, 20, healthy(), ArmCounts.NONE);
        assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.HOLD);
    }

    @Test
    void dataThatStopsWhileTrafficFlowsMakesBlindThoughEarlierEvidenceSuffices() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 60, healthy(), healthy());
        feed(evaluation, 10, healthy(), without(healthy(), true, false));
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.BLIND);
        assertThat(assessment.reason()).contains("cost").doesNotContain("classes");
    }

    @Test
    void expectedDataThatNeverCameNeverPromotes() {
        for (boolean cost : new boolean[] {true, false}) {
            RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
            ArmCounts arm = without(healthy(), cost, !cost);
            for (int i = 0; i < 300; i++) {
                feed(evaluation, 1, arm, arm);
                assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.BLIND);
            }
        }
    }

    @Test
    void dataThatIsNeitherExpectedNorSeenIsNotRequired() {
        RolloutEvaluation evaluation = evaluation(new Conduct(true, Unit.REQUEST, false, false));
        ArmCounts bare = without(healthy(), true, true);
        feed(evaluation, 60, bare, bare);
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).as(assessment.reason()).isEqualTo(Conclusion.ADVANCE);
        assertThat(assessment.guardrails())
                .filteredOn(g -> !g.present())
                .extracting(GuardrailEvidence::name)
                .containsExactly("cost", "classes");
        assertThat(assessment.guardrails().get(4).detail()).startsWith("absent");
    }

    @Test
    void dataOfOneArmAloneMakesAGuardrailRequired() {
        RolloutEvaluation evaluation = evaluation(new Conduct(true, Unit.REQUEST, false, false));
        feed(evaluation, 60, without(healthy(), true, true), without(healthy(), true, false));
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.BLIND);
        assertThat(assessment.reason()).contains("classes");
    }

    @Test
    void aPersonOrAManualRolloutHoldsWhatTheEvidenceWouldAdvance() {
        RolloutEvaluation held = evaluation(Conduct.DEFAULT);
        feed(held, 60, healthy(), healthy());
        assertThat(now(held, new RolloutStatus(0, true, 1, START)).reason()).contains("a person holds");
        RolloutEvaluation manual = evaluation(new Conduct(false, Unit.REQUEST, true, true));
        feed(manual, 60, healthy(), healthy());
        manual.assess(FIRST_STEP, START);
        feed(manual, 10, healthy(), healthy());
        for (RolloutEvaluation evaluation : List.of(held, manual)) {
            RolloutStatus status = new RolloutStatus(0, evaluation == held, 1, START);
            assertThat(now(evaluation, status).conclusion()).isEqualTo(Conclusion.HOLD);
        }
        assertThat(now(manual, FIRST_STEP).reason()).contains("not automatic");
    }

    @Test
    void harmRollsBackHoweverTheRolloutIsConductedAndStaysWhenTelemetryStops() {
        ArmCounts broken = new ArmCounts(
                200,
                40,
                healthy().witnessLatencyNanos(),
                healthy().witnessCostPicoUsd(),
                healthy().classes(),
                healthy().faults());
        RolloutEvaluation evaluation = evaluation(new Conduct(false, Unit.REQUEST, true, true));
        feed(evaluation, 5, healthy(), broken);
        RolloutStatus held = new RolloutStatus(0, true, 1, START);
        Assessment assessment = now(evaluation, held);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(assessment.harmed()).containsExactly("errors");
        assertThat(assessment.reason())
                .isEqualTo("errors: 20.0 % of candidate requests fail, against 0.0 % of control's; the floor is 0.5 %");
        assertThat(assessment.levels().logECombined())
                .isGreaterThan(assessment.levels().logERollBack());
        feed(evaluation, 50, healthy(), healthy());
        assertThat(evaluation.assess(held, evaluation.lastSlot() + 1000).conclusion())
                .isEqualTo(Conclusion.ROLL_BACK);
    }

    private static ArmCounts with(FaultCounts faults) {
        ArmCounts arm = healthy();
        return new ArmCounts(
                arm.requests(),
                faults.timeouts(),
                arm.witnessLatencyNanos(),
                arm.witnessCostPicoUsd(),
                arm.classes(),
                faults);
    }

    @Test
    void outputsThatAreNoNumberRollBackByThemselves() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 20, healthy(), with(new FaultCounts(0, 200, 5)));
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(assessment.harmed()).containsExactly("nan");
        assertThat(assessment.reason())
                .isEqualTo("nan: 2.5 % of candidate requests give a NaN or an infinity, against 0.0 % of control's;"
                        + " the floor is 0.2 %");
    }

    @Test
    void timeoutsAreSeenApartWhereFailuresOfOtherKindsHideThem() {
        // Given 20 % of other failures in both arms, and 3 % of timeouts in the candidate alone
        ArmCounts arm = healthy();
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        for (int i = 0; i < 20; i++) {
            feed(
                    evaluation,
                    1,
                    new ArmCounts(
                            200, 40, arm.witnessLatencyNanos(), arm.witnessCostPicoUsd(), arm.classes(), arm.faults()),
                    new ArmCounts(
                            200,
                            46,
                            arm.witnessLatencyNanos(),
                            arm.witnessCostPicoUsd(),
                            arm.classes(),
                            new FaultCounts(6, 200, 0)));
        }
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(assessment.harmed()).containsExactly("timeouts");
        assertThat(assessment.reason()).contains("3.0 % of candidate requests time out, against 0.0 % of control's");
    }

    @Test
    void theLastBinOfAClassifierIsCalledNanAndNamedOnlyIfItHasEvents() {
        // Given two classes and the bin for NaN, in which a tenth of the candidate's predictions fall at last
        RolloutEvaluation none = evaluation(Conduct.DEFAULT);
        RolloutEvaluation some = evaluation(Conduct.DEFAULT);
        feed(none, 60, predicting(100, 100, 0), predicting(100, 100, 0));
        feed(some, 60, predicting(100, 100, 0), predicting(90, 90, 20));

        // Then
        assertThat(classes(now(none, FIRST_STEP)).detail()).isIn("class 0", "class 1");
        assertThat(classes(now(some, FIRST_STEP)).detail()).isEqualTo("NaN");
        assertThat(now(some, FIRST_STEP).reason())
                .contains("classes: 10.0 % of the candidate's predictions are NaN, against 0.0 % of control's");
    }

    private static ArmCounts predicting(long... classes) {
        ArmCounts arm = healthy();
        return new ArmCounts(
                200, 0, arm.witnessLatencyNanos(), arm.witnessCostPicoUsd(), ClassCounts.of(classes), arm.faults());
    }

    private static GuardrailEvidence classes(Assessment assessment) {
        return assessment.guardrails().get(Guardrail.CLASSES.index());
    }

    @Test
    void outputsThatNoWorkerCountsNeverPromote() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 300, with(FaultCounts.NONE), with(FaultCounts.NONE));
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.BLIND);
        assertThat(assessment.reason()).contains("nan").doesNotContain("timeouts");
    }

    private static void assign(RolloutEvaluation evaluation, int slots, long control, long candidate) {
        for (int i = 0; i < slots; i++) {
            long slot = Math.max(START, evaluation.lastSlot() + 1);
            evaluation.add(new SlotCounts(slot, healthy(), healthy(), new Assigned(control, candidate), 200, 7));
        }
    }

    @Test
    void aSplitThatIsNotThePlannedOneMakesTheComparisonInvalidForGood() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        assign(evaluation, 60, 200, 150);
        Assessment assessment = now(evaluation, FIRST_STEP);
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.INVALID);
        assertThat(assessment.reason()).contains("control got 12000 requests").contains("the candidate 9000");
        assertThat(assessment.harmed()).isEmpty();
        assertThat(assessment.split().logE()).isGreaterThan(assessment.split().logEInvalid());
        assign(evaluation, 300, 200, 200);
        assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.INVALID);
        assertThat(evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 100).conclusion())
                .isEqualTo(Conclusion.INVALID);
    }

    @Test
    void anInvalidComparisonNeverRollsBackByItselfButHarmThatWasShownStillDoes() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        assign(evaluation, 300, 200, 20);
        assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.INVALID);
        ArmCounts broken = with(new FaultCounts(100, 200, 0));
        feed(evaluation, 5, healthy(), broken);
        assertThat(now(evaluation, FIRST_STEP).conclusion()).isEqualTo(Conclusion.ROLL_BACK);
    }

    @Test
    void aStepWithoutControlTrafficIsLeftToAPerson() {
        RolloutPlan plan = new RolloutPlan(
                "r", "m", "1", "2", List.of(new PlannedStep(10_000, 0, 0)), Margins.DEFAULTS, Conduct.DEFAULT);
        RolloutEvaluation evaluation =
                RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);
        feed(evaluation, 10, ArmCounts.NONE, ArmCounts.NONE);
        assertThat(now(evaluation, FIRST_STEP).reason()).contains("none is left to compare with");
    }

    @Test
    void slotsThatAreNotNewerAreIgnored() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 3, healthy(), healthy());
        EvaluationState before = evaluation.snapshot();
        assertThat(evaluation.add(new SlotCounts(START + 2, healthy(), healthy(), Assigned.NONE, 1, 1)))
                .isFalse();
        assertThat(evaluation.add(new SlotCounts(START - 9, healthy(), healthy(), Assigned.NONE, 1, 1)))
                .isFalse();
        assertThat(evaluation.snapshot()).isEqualTo(before).hasSameHashCodeAs(before);
    }

    @Test
    void theForecastShrinksAsEvidenceGrows() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 8, healthy(), healthy());
        long early = now(evaluation, FIRST_STEP).counts().forecastRequests();
        feed(evaluation, 1, healthy(), healthy());
        long later = now(evaluation, FIRST_STEP).counts().forecastRequests();
        assertThat(later).isPositive().isLessThan(early);
        feed(evaluation, 60, healthy(), healthy());
        assertThat(now(evaluation, FIRST_STEP).counts().forecastRequests()).isZero();
    }

    @Test
    void evidenceOfAnotherPlanOrDamagedEvidenceIsNotContinued() {
        RolloutEvaluation evaluation = evaluation(Conduct.DEFAULT);
        feed(evaluation, 3, healthy(), healthy());
        EvaluationState state = evaluation.snapshot();
        RolloutPlan other = SimulatedRollout.plan(Margins.DEFAULTS, Conduct.DEFAULT);
        RolloutPlan same = SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT);
        assertThatThrownBy(() -> RolloutEvaluation.resume(other, EvaluationSettings.DEFAULTS, state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gathered under plan");
        EvaluationState cut = new EvaluationState(
                same.configHash(), Arrays.copyOf(state.longs(), state.longs().length - 1), state.doubles());
        assertThatThrownBy(() -> RolloutEvaluation.resume(same, EvaluationSettings.DEFAULTS, cut))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] bytes = state.toBytes();
        assertThat(EvaluationState.fromBytes(bytes)).isEqualTo(state);
        for (int length = 0; length < bytes.length; length += 1 + length / 3) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> EvaluationState.fromBytes(shorter)).isInstanceOf(IllegalArgumentException.class);
        }
        System.out.println("state: " + bytes.length + " bytes");
    }

    @Test
    void thePlanHasAStableNameAndSaneDefaults() {
        RolloutPlan plan = SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT);
        assertThat(plan.configHash())
                .isEqualTo(SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT)
                        .configHash())
                .isNotEqualTo(
                        SimulatedRollout.plan(Margins.DEFAULTS, Conduct.DEFAULT).configHash())
                .hasSize(16);
        RareMargins rare = new RareMargins(0.20, 1.25, 0.002, 1.25, 0.002);
        assertThat(Margins.DEFAULTS)
                .isEqualTo(new Margins(
                        0.01,
                        0.05,
                        1.25,
                        new ErrorFloors(0.0005, 0.005),
                        0.05,
                        0.10,
                        0.05,
                        1.5,
                        rare,
                        Weights.DEFAULTS));
        assertThat(Arrays.stream(Weights.DEFAULTS.toArray()).sum()).isCloseTo(1, offset(1e-12));
        assertThatThrownBy(() -> new Margins(0.7, 0, 0, ErrorFloors.DEFAULTS, 0, 0, 0, 0, rare, Weights.DEFAULTS))
                .hasMessageContaining("alpha");
        assertThat(new ErrorFloors(0.02, 0)).isEqualTo(ErrorFloors.at(0.02));
        assertThatThrownBy(() -> new ErrorFloors(0.02, 0.01)).hasMessageContaining("at least 0.02");
        assertThatThrownBy(() -> new Weights(0.3, 0.1, 0.15, 0.1, 0.15, 0.05, 0.1, 0.06))
                .hasMessageContaining("a sum of 1.01");
        assertThatThrownBy(() -> new Weights(0.3, 0.1, 0.15, 0.1, 0.15, 0.05, 0.15, 0))
                .hasMessageContaining("a least of 0.0");
        assertThatThrownBy(() -> new RareMargins(0, 0.9, 0, 0, 0)).hasMessageContaining("timeoutRatio");
        assertThatThrownBy(() ->
                        new ArmCounts(1, 2, LogHistogram.EMPTY, LogHistogram.EMPTY, ClassCounts.NONE, FaultCounts.NONE))
                .hasMessageContaining("failures");
        assertThatThrownBy(() -> new ArmCounts(
                        9, 2, LogHistogram.EMPTY, LogHistogram.EMPTY, ClassCounts.NONE, new FaultCounts(3, 0, 0)))
                .hasMessageContaining("timeouts are failures");
        assertThatThrownBy(() -> new FaultCounts(0, 1, 2)).hasMessageContaining("2 of 1");
        assertThatThrownBy(() -> new PlannedStep(10_001, 0, 0)).hasMessageContaining("10000");
    }
}
