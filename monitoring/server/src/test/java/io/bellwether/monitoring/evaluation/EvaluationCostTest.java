package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the evaluation of one rollout takes: ten classes, 600 slots, unbatched, so that every request is a witness. Its state
 * has a limit. Its time depends on the machine and is only printed, by the profile {@code long}.
 */
class EvaluationCostTest {
    private static final int STATE_BYTES_MAX = 256 * 1024;
    private static final int SLOTS = 600;
    private static final int PASSES = Boolean.getBoolean("bellwether.long") ? 40 : 1;

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_000})
    void theStateOfARolloutStaysWithinItsLimit(int requestsOfAnArm) {
        // Given more values of latency and cost than chunks of the past or buckets could hide
        RolloutPlan plan = SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT);
        List<SlotCounts> slots = slots(requestsOfAnArm);
        long[] bestNanos = new long[SLOTS];
        Arrays.fill(bestNanos, Long.MAX_VALUE);
        long bytesMost = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            RolloutEvaluation evaluation =
                    RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, history(requestsOfAnArm));
            RolloutStatus status = new RolloutStatus(0, false, 1, 0);
            for (int i = 0; i < SLOTS; i++) {
                long start = System.nanoTime();
                evaluation.add(slots.get(i));
                evaluation.assess(status, i + 1);
                bestNanos[i] = Math.min(bestNanos[i], System.nanoTime() - start);
                bytesMost =
                        pass == 0 ? Math.max(bytesMost, evaluation.snapshot().toBytes().length) : bytesMost;
            }
        }
        // Then
        Arrays.sort(bestNanos);
        System.out.printf(
                "%d requests an arm and slot: state at most %,d bytes%s%n",
                requestsOfAnArm,
                bytesMost,
                PASSES > 1 ? ", a slot takes %,d us".formatted(bestNanos[SLOTS / 2] / 1_000) : "");
        assertThat(bytesMost).isLessThanOrEqualTo(STATE_BYTES_MAX);
    }

    private static List<SlotCounts> slots(int requestsOfAnArm) {
        Random random = new Random(1);
        List<SlotCounts> slots = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            ArmCounts control = SimulatedArm.healthy().slot(random, requestsOfAnArm, 1, 1);
            ArmCounts candidate = SimulatedArm.healthy().slot(random, requestsOfAnArm, 1, 1);
            Assigned assigned = new Assigned(control.requests(), candidate.requests());
            slots.add(new SlotCounts(slot, control, candidate, assigned, candidate.requests(), 0));
        }
        return slots;
    }

    private static StableHistory history(int requestsOfAnArm) {
        ArmCounts before = SimulatedArm.healthy().slot(new Random(2), 300.0 * requestsOfAnArm, 1, 1);
        return new StableHistory(before.witnessLatencyNanos(), before.witnessCostPicoUsd());
    }
}
