package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is concluded where the split is by client. */
class ClientEvaluationTest {
    private static final long START = 5_000;
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, START);
    private static final RolloutPlan PLAN =
            SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT).byClients(0);

    private final RolloutEvaluation evaluation =
            RolloutEvaluation.start(PLAN, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);

    /** So many requests, spread over as many buckets and ten classes. */
    private static ArmCounts arm(int requests, int failures) {
        int[] buckets = new int[requests];
        long[] ones = new long[requests];
        long[] classes = new long[10];
        Arrays.setAll(buckets, i -> 700 + i * 50 / requests);
        Arrays.fill(ones, 1);
        for (int i = 0; i < requests - failures; i++) {
            classes[i % 10]++;
        }
        LogHistogram values = LogHistogram.of(buckets, ones);
        FaultCounts faults = new FaultCounts(0, requests - failures, 0);
        return new ArmCounts(requests, failures, values, values, ClassCounts.of(classes), faults);
    }

    private void feed(int slots, ArmCounts control, ArmCounts candidate) {
        ArmCounts traffic = arm(200, 0);
        for (int i = 0; i < slots; i++) {
            evaluation.add(new SlotCounts(
                    Math.max(START, evaluation.lastSlot() + 1),
                    control,
                    candidate,
                    new Assigned(control.requests(), candidate.requests()),
                    new SlotCounts.Traffic(traffic, traffic),
                    200,
                    7));
        }
    }

    private Assessment now() {
        return evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 2);
    }

    @Test
    void nothingIsConcludedFromFewerThanTwoHundredClientsOfEachArm() {
        // Given harm that is plain after nine slots
        feed(9, arm(20, 0), arm(20, 15));
        Assessment few = now();

        // When the tenth comes
        feed(1, arm(20, 0), arm(20, 15));
        Assessment enough = now();

        // Then
        assertThat(few.isHarmShown()).isFalse();
        assertThat(few.levels().logECombined()).isGreaterThan(few.levels().logERollBack());
        assertThat(few.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(few.reason())
                .isEqualTo("too few clients to judge by: 180 of control and 180 of the candidate, at least 200 of each"
                        + " are needed");
        assertThat(enough.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(enough.reason()).contains("errors: 75.0 % of candidate clients fail, against 0.0 % of control's");
    }

    @Test
    void safetyOfEnoughClientsAdvances() {
        feed(120, arm(40, 0), arm(40, 0));
        now();
        feed(10, arm(40, 0), arm(40, 0));
        Assessment assessment = now();

        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ADVANCE);
        assertThat(assessment.reason()).contains("on 5200 candidate clients and 5200 control clients");
        assertThat(assessment.counts().candidateRequests()).isEqualTo(130 * 200);
        assertThat(assessment.observed().candidate()).isEqualTo(130 * 40);
    }

    @Test
    void whereAllClientsAreKnownTheirFurtherRequestsShowThatItIsNotBlind() {
        // Given
        feed(120, arm(40, 0), arm(40, 0));
        now();
        double before = now().levels().logECombined();

        // When nobody new comes
        feed(300, ArmCounts.NONE, ArmCounts.NONE);
        Assessment assessment = now();

        // Then what was shown stands, and the step's requests are counted on
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ADVANCE);
        assertThat(assessment.levels().logECombined()).isEqualTo(before);
        assertThat(evaluation.assess(FIRST_STEP, evaluation.lastSlot() + 100).conclusion())
                .isEqualTo(Conclusion.BLIND);
    }

    @Test
    void theSplitIsJudgedByNewClients() {
        feed(100, arm(40, 0), arm(20, 0));
        Assessment assessment = now();

        assertThat(assessment.conclusion()).isEqualTo(Conclusion.INVALID);
        assertThat(assessment.reason()).contains("control got 4000 clients").contains("the candidate 2000");
    }

    @Test
    void aRestoredEvaluationGoesOnAsIfItHadNeverStopped() {
        feed(30, arm(7, 0), arm(7, 1));
        RolloutEvaluation restored = RolloutEvaluation.resume(
                PLAN,
                EvaluationSettings.DEFAULTS,
                EvaluationState.fromBytes(evaluation.snapshot().toBytes()));

        assertThat(restored.assess(FIRST_STEP, START + 40)).isEqualTo(evaluation.assess(FIRST_STEP, START + 40));
        assertThat(restored.snapshot()).isEqualTo(evaluation.snapshot());
    }
}
