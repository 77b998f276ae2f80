package io.bellwether.monitoring.folding;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.evaluation.ArmCounts;
import io.bellwether.monitoring.evaluation.Assigned;
import io.bellwether.monitoring.evaluation.FaultCounts;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.SliceCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotSumsTest {
    @Test
    void onlyAnsweredAndFailedRequestsAreEvidence() {
        // Given every outcome there is
        CellCounts cell = CellCounts.newBuilder()
                .setKey(Reports.key(10, Arm.CANDIDATE))
                .setRequests(63)
                .putOutcomes("ok", 1)
                .putOutcomes("model_error", 2)
                .putOutcomes("timeout", 4)
                .putOutcomes("unavailable", 8)
                .putOutcomes("refused", 16)
                .putOutcomes("invalid", 32)
                .build();

        // When
        SlotCounts counts = SlotSums.ofRollout(slot(cell), Reports.ROLLOUT);

        // Then refused and invalid ones are none, but they saw the candidate
        assertThat(counts.candidate().requests()).isEqualTo(15);
        assertThat(counts.candidate().failures()).isEqualTo(14);
        assertThat(counts.candidate().faults()).isEqualTo(new FaultCounts(4, 0, 0));
        assertThat(counts.assigned()).isEqualTo(new Assigned(0, 63));
        assertThat(counts.exposedRequests()).isEqualTo(63);
        assertThat(counts.control().requests()).isZero();
    }

    @Test
    void everythingThatSawTheCandidateIsExposedAndOnlyMatchedArmsAreCompared() {
        SlotCounts counts = SlotSums.ofRollout(
                slot(
                        Reports.asked(10, Arm.CANDIDATE, 1, 0),
                        Reports.asked(10, Arm.CANDIDATE_REST, 10, 0),
                        Reports.asked(10, Arm.STABLE_REST, 100, 0),
                        Reports.asked(10, Arm.PINNED, 1_000, 0),
                        Reports.computed(10, Arm.CANDIDATE_REST, 10)),
                Reports.ROLLOUT);

        assertThat(counts.candidate().requests()).isEqualTo(1);
        assertThat(counts.control().requests()).isZero();
        assertThat(counts.exposedRequests()).isEqualTo(11);
        assertThat(counts.exposedCostPicoUsd()).isEqualTo(100);
    }

    @Test
    void requestsWithNonfiniteOutputsComeFromWorkers() {
        CellCounts computed = Reports.computed(10, Arm.CONTROL, 5).toBuilder()
                .setNonfiniteRequests(2)
                .build();
        SlotCounts counts = SlotSums.ofRollout(slot(Reports.asked(10, Arm.CONTROL, 5, 0), computed), Reports.ROLLOUT);
        assertThat(counts.control().faults()).isEqualTo(new FaultCounts(0, 5, 2));
        assertThat(counts.assigned()).isEqualTo(new Assigned(5, 0));
    }

    @Test
    void countsOfBothSidesMeetInOneArm() {
        // Given a gateway's and a worker's cell of the same arm
        CellCounts asked = Reports.asked(10, Arm.CONTROL, 5, 0).toBuilder()
                .setWitnessLatencyNanos(LogBuckets.newBuilder().addIndex(700).addCount(3))
                .build();
        CellCounts computed = Reports.computed(10, Arm.CONTROL, 5).toBuilder()
                .setWitnessCostPicoUsd(LogBuckets.newBuilder().addIndex(500).addCount(2))
                .addPredictions(BinCounts.newBuilder().setName("scores").addAllCount(List.of(3L, 2L)))
                .build();

        // When
        SlotCounts counts = SlotSums.ofRollout(slot(asked, computed), Reports.ROLLOUT);

        // Then
        assertThat(counts.control().requests()).isEqualTo(5);
        assertThat(counts.control().witnessLatencyNanos().total()).isEqualTo(3);
        assertThat(counts.control().witnessCostPicoUsd().total()).isEqualTo(2);
        assertThat(counts.control().classes()).isEqualTo(ClassCounts.of(3, 2));
    }

    @Test
    void cellsOfAnotherRolloutAreNotItsEvidence() {
        SlotCounts counts = SlotSums.ofRollout(slot(Reports.asked(10, Arm.CONTROL, 5, 0)), "another");

        assertThat(counts).isEqualTo(SlotSums.ofRollout(ClosedSlot.quiet(10), Reports.ROLLOUT));
    }

    @Test
    void ofTheClientsOfOneMemoryTheFirstRequestsAreObservationsAndTheOthersTraffic() {
        // Given two memories that looked at requests, and one request that none looked at
        ClosedSlot slot = slot(
                looked(Reports.asked(10, Arm.CONTROL, 5, 1), 7, true),
                looked(Reports.asked(10, Arm.CONTROL, 50, 0), 7, false),
                looked(Reports.computed(10, Arm.CONTROL, 5), 7, true),
                looked(Reports.computed(10, Arm.CONTROL, 50), 7, false),
                looked(Reports.asked(10, Arm.CANDIDATE, 4, 0), 7, true),
                looked(Reports.asked(10, Arm.CANDIDATE, 300, 0), -9, true),
                Reports.asked(10, Arm.CANDIDATE, 1_000, 0));

        // When
        SlotCounts counts = SlotSums.ofClients(slot, Reports.ROLLOUT, 7);

        // Then
        assertThat(counts.control().requests()).isEqualTo(6);
        assertThat(counts.control().failures()).isEqualTo(1);
        assertThat(counts.control().faults().computed()).isEqualTo(5);
        assertThat(counts.assigned()).isEqualTo(new Assigned(6, 4));
        assertThat(counts.traffic().control().requests()).isEqualTo(56);
        assertThat(counts.traffic().control().faults().computed()).isEqualTo(55);
        assertThat(counts.traffic().candidate().requests()).isEqualTo(4);
        assertThat(counts.exposedRequests()).isEqualTo(1_304);
        assertThat(SlotSums.clientMemories(slot, Reports.ROLLOUT)).containsExactly(-9L, 7L);
        assertThat(SlotSums.clientMemories(slot, "another")).isEmpty();
    }

    @Test
    void slicesOfAnArmAddUpOverItsCells() {
        CellCounts cell = Reports.asked(10, Arm.CANDIDATE, 10, 5).toBuilder()
                .addSlices(SliceCounts.newBuilder()
                        .setSlice(2)
                        .setRequests(9)
                        .setFailures(4)
                        .setTimeouts(3)
                        .setWitnessLatencyNanos(
                                LogBuckets.newBuilder().addIndex(7).addCount(9)))
                .build();

        ArmCounts candidate =
                SlotSums.ofRollout(slot(cell, cell), Reports.ROLLOUT).candidate();

        assertThat(candidate.requests()).isEqualTo(30);
        assertThat(candidate.slice(0)).isEqualTo(ArmCounts.NONE);
        assertThat(candidate.slice(2).requests()).isEqualTo(18);
        assertThat(candidate.slice(2).failures()).isEqualTo(8);
        assertThat(candidate.slice(2).faults().timeouts()).isEqualTo(6);
        assertThat(candidate.slice(2).witnessLatencyNanos().total()).isEqualTo(18);
        assertThat(candidate.slice(7)).isEqualTo(ArmCounts.NONE);
    }

    @Test
    void slicesThatContradictTheirCellAreNoCounts() {
        CellCounts cell = Reports.asked(10, Arm.CANDIDATE, 10, 5);
        SliceCounts right = SliceCounts.newBuilder()
                .setSlice(15)
                .setRequests(15)
                .setFailures(5)
                .setTimeouts(5)
                .build();
        assertThat(CellCheck.isValid(cell.toBuilder().addSlices(right).build())).isTrue();
        List<SliceCounts> wrong = List.of(
                right.toBuilder().setSlice(16).build(),
                right.toBuilder().setSlice(-1).build(),
                right.toBuilder().setRequests(16).build(),
                right.toBuilder().setFailures(16).build(),
                right.toBuilder().setTimeouts(6).build(),
                right.toBuilder().setTimeouts(-1).build(),
                right.toBuilder()
                        .setWitnessLatencyNanos(LogBuckets.newBuilder().addIndex(3))
                        .build());
        assertThat(wrong)
                .noneMatch(slice ->
                        CellCheck.isValid(cell.toBuilder().addSlices(slice).build()));
        assertThat(CellCheck.isValid(
                        cell.toBuilder().addSlices(right).addSlices(right).build()))
                .isFalse();
    }

    private static CellCounts looked(CellCounts cell, long memory, boolean first) {
        return cell.toBuilder()
                .setKey(cell.getKey().toBuilder().setClientMemory(memory).setFirstOfClient(first))
                .build();
    }

    private static ClosedSlot slot(CellCounts... cells) {
        return new ClosedSlot(10, false, List.of(cells), List.of(cells));
    }
}
