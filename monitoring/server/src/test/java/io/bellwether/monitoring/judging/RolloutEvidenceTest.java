package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.Conclusion;
import io.bellwether.monitoring.evaluation.Conduct;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.evaluation.Margins;
import io.bellwether.monitoring.evaluation.PlannedStep;
import io.bellwether.monitoring.evaluation.RolloutPlan;
import io.bellwether.monitoring.evaluation.RolloutStatus;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutEvidenceTest {
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, 0);
    private static final RolloutPlan PLAN = new RolloutPlan(
            "r", "m", "1", "2", List.of(new PlannedStep(2_500, 5, 200)), Margins.DEFAULTS, Conduct.DEFAULT);
    private static final RolloutEvidence.Planned PLANNED =
            new RolloutEvidence.Planned(PLAN, new ScoreWatch.Plan("r", 0.03, true));

    private RolloutEvidence evidence =
            RolloutEvidence.start(PLANNED, true, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);

    /** In each arm so many new clients of a memory; of the candidate's so many fail. */
    private record Looked(long memory, int firsts, int failures) {}

    private void add(long slot, Looked... gateways) {
        List<CellCounts> cells = new ArrayList<>();
        for (Looked gateway : gateways) {
            cells.add(asked(slot, Arm.CONTROL, gateway.memory(), gateway.firsts(), 0));
            cells.add(asked(slot, Arm.CANDIDATE, gateway.memory(), gateway.firsts(), gateway.failures()));
        }
        assertThat(evidence.add(new ClosedSlot(slot, false, cells, cells))).isTrue();
    }

    private static CellCounts asked(long slot, Arm arm, long memory, int requests, int failures) {
        return CellCounts.newBuilder()
                .setKey(CellKey.newBuilder()
                        .setModel("m")
                        .setVersion(arm == Arm.CANDIDATE ? "2" : "1")
                        .setArm(arm)
                        .setRolloutId("r")
                        .setSlot(slot)
                        .setClientMemory(memory)
                        .setFirstOfClient(true))
                .setRequests(requests)
                .putOutcomes("ok", requests - failures)
                .putOutcomes("model_error", failures)
                .build();
    }

    private Assessment now() {
        return evidence.assess(FIRST_STEP, evidence.lastSlot() + 1).assessment();
    }

    @Test
    void clientsThatTwoGatewaysSeeAreNeverAddedUp() {
        for (long slot = 1; slot <= 10; slot++) {
            add(slot, new Looked(-5, 30, 0), new Looked(7, 20, 0));
        }

        assertThat(evidence.clientMemories()).isEqualTo(2);
        assertThat(now().observed().candidate()).isEqualTo(300);
        assertThat(now().counts().exposedRequests()).isEqualTo(500);
    }

    @Test
    void harmThatOneMemoryShowsTakesTheRolloutBackAtItsOwnLevel() {
        for (long slot = 1; slot <= 10; slot++) {
            add(slot, new Looked(1, 30, 0), new Looked(2, 25, 20));
        }

        Assessment assessment = now();
        assertThat(assessment.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(assessment.levels().logERollBack()).isCloseTo(Math.log(100 * 16 / 3.0), within(1e-9));
    }

    @Test
    void afterARestartTheClientsOfTheNewMemorySpeak() {
        for (long slot = 1; slot <= 20; slot++) {
            add(slot, new Looked(1, 30, 0));
        }
        for (long slot = 21; slot <= 40; slot++) {
            add(slot, new Looked(2, 10, 0));
        }

        assertThat(now().observed().candidate()).isEqualTo(200);
        assertThat(now().counts().exposedRequests()).isEqualTo(800);
    }

    @Test
    void memoriesBeyondTheLimitHaveNoEvidence() {
        for (long memory = 1; memory <= 9; memory++) {
            add(memory, new Looked(memory, 300, memory > 4 ? 300 : 0));
        }

        assertThat(evidence.clientMemories()).isEqualTo(4);
        assertThat(now().conclusion()).isNotEqualTo(Conclusion.ROLL_BACK);
    }

    @Test
    void requestsThatNoMemoryLookedAtAreNoEvidence() {
        for (long slot = 1; slot <= 20; slot++) {
            add(slot, new Looked(0, 300, 200));
        }

        assertThat(evidence.clientMemories()).isZero();
        assertThat(now().observed().candidate()).isZero();
        assertThat(now().conclusion()).isNotEqualTo(Conclusion.ROLL_BACK);
    }

    @Test
    void whatIsKeptGoesOnAsIfItHadNeverStopped() {
        for (long slot = 1; slot <= 15; slot++) {
            add(slot, new Looked(-5, 30, 1), new Looked(7, 20, 0));
        }
        Assessment before = now();
        RolloutMemory.Builder kept = RolloutMemory.newBuilder();
        evidence.writeTo(kept);

        evidence = RolloutEvidence.resume(PLANNED, true, EvaluationSettings.DEFAULTS, kept.build());

        assertThat(now()).isEqualTo(before);
        RolloutMemory.Builder again = RolloutMemory.newBuilder();
        evidence.writeTo(again);
        assertThat(again.build()).isEqualTo(kept.build());
        add(16, new Looked(7, 20, 0));
        assertThat(evidence.clientMemories()).isEqualTo(2);
    }
}
