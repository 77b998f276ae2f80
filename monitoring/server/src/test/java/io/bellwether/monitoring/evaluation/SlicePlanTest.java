package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.monitoring.evaluation.SimulatedSlices.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicePlanTest {
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, 0);
    private static final SimulatedArm HEALTHY = SimulatedArm.healthy();

    private static RolloutPlan plan(int slices) {
        List<String> names =
                IntStream.range(0, slices).mapToObj(i -> "tenant=t" + i).toList();
        return new RolloutPlan(
                "r",
                "m",
                "1",
                "2",
                List.of(new PlannedStep(2_500, 5, 200)),
                SimulatedRollout.DEMO,
                Conduct.DEFAULT,
                SlicePlan.of(names, 0.1));
    }

    private static RolloutEvaluation start(RolloutPlan plan) {
        return RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN);
    }

    private static SlotCounts slot(Random random, long slot, List<Part> parts, int slices) {
        ArmCounts control = SimulatedSlices.slot(random, 200, parts, slices);
        ArmCounts candidate = SimulatedSlices.slot(random, 200, parts, slices);
        Assigned assigned = new Assigned(control.requests(), candidate.requests());
        return new SlotCounts(slot, control, candidate, assigned, candidate.requests(), 0);
    }

    @Test
    void theWholeBudgetIsSharedByGuardrailsAndSlices() {
        RolloutEvaluation evaluation = start(plan(3));
        Assessment assessment = evaluation.assess(FIRST_STEP, 0);

        double whole = assessment.guardrails().stream()
                .mapToDouble(GuardrailEvidence::weight)
                .sum();
        double slices = assessment.slices().stream()
                .mapToDouble(slice -> slice.evidence().weight())
                .sum();

        assertThat(whole).isCloseTo(0.9, offset(1e-12));
        assertThat(slices).isCloseTo(0.1, offset(1e-12));
        assertThat(assessment.slices()).hasSize(9);
        assertThat(assessment.slices().get(3).slice()).isEqualTo("tenant=t1");
        assertThat(assessment.slices().get(3).evidence().name()).isEqualTo("errors");
        assertThat(assessment.slices().get(3).evidence().detail()).startsWith("too little traffic");
    }

    @Test
    void withoutSlicesNothingChanges() {
        assertThat(start(plan(0)).assess(FIRST_STEP, 0).guardrails().get(0).weight())
                .isEqualTo(0.30);
        assertThat(start(plan(0)).assess(FIRST_STEP, 0).slices()).isEmpty();
    }

    @Test
    void aSliceWithoutTrafficHoldsNothingUp() {
        // Given two declared slices of which nobody asks
        RolloutEvaluation evaluation = start(plan(2));
        Random random = new Random(3);
        List<Part> all = List.of(new Part(1, HEALTHY));

        Assessment last = evaluation.assess(FIRST_STEP, 0);
        for (int i = 0; i < 300 && last.conclusion() != Conclusion.PROMOTE; i++) {
            evaluation.add(slot(random, i, all, 0));
            last = evaluation.assess(FIRST_STEP, i + 1);
        }

        assertThat(last.conclusion()).as(last.reason()).isEqualTo(Conclusion.PROMOTE);
        assertThat(last.slices())
                .allSatisfy(slice -> assertThat(slice.evidence().logEHarm()).isZero());
    }

    @Test
    void aRestoredEvaluationContinuesAsIfItHadNeverStoppedAndItsStateIsBounded() {
        // Given as many slices as may be declared
        RolloutPlan plan = plan(SlicePlan.NAMES_MAX);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < SlicePlan.NAMES_MAX; i++) {
            parts.add(new Part(1.0 / SlicePlan.NAMES_MAX, HEALTHY.failing(0.01 * i)));
        }
        Random random = new Random(5);
        RolloutEvaluation kept = start(plan);
        RolloutEvaluation restored = start(plan);

        int bytesMost = 0;
        for (int i = 0; i < 700; i++) {
            SlotCounts counts = slot(random, i, parts, SlicePlan.NAMES_MAX);
            kept.add(counts);
            restored.add(counts);
            if (i % 50 == 49) {
                byte[] state = restored.snapshot().toBytes();
                bytesMost = Math.max(bytesMost, state.length);
                restored =
                        RolloutEvaluation.resume(plan, EvaluationSettings.DEFAULTS, EvaluationState.fromBytes(state));
            }
            assertThat(restored.assess(FIRST_STEP, i + 1)).isEqualTo(kept.assess(FIRST_STEP, i + 1));
        }

        System.out.printf("16 slices: state at most %,d bytes%n", bytesMost);
        assertThat(bytesMost).isLessThanOrEqualTo(256 * 1024);
    }

    @Test
    void otherSlicesAreAnotherConfiguration() {
        assertThat(plan(1).configHash()).isNotEqualTo(plan(2).configHash());
        assertThat(plan(2).byClients(0).slices()).isEqualTo(plan(2).slices());
    }

    @Test
    void impossibleSlicesAreRefused() {
        assertThatThrownBy(() -> new SlicePlan(List.of("a"), 0)).hasMessageContaining("got 1 slices and 0.0");
        assertThatThrownBy(() -> new SlicePlan(List.of(), 0.1)).hasMessageContaining("none has 0");
        assertThatThrownBy(() -> plan(17)).hasMessageContaining("at most 16 slices");
    }
}
