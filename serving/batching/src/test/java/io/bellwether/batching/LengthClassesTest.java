package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which lengths share a run: lengths 13 to 16 and 17 to 22 are neighbouring classes, 100 is far away. */
class LengthClassesTest {
    private static final long FAR_NANOS = 10_000_000_000L;

    private static BatchPlanner<String> planner(double alphaNanos, double betaNanos) {
        LatencyModel latency = LatencyModel.of(LatencyFit.exact(alphaNanos, betaNanos, 0.01), 8 * 128);
        return new BatchPlanner<>(new BatchingPolicy(8, 64, 1), latency);
    }

    private static void offer(BatchPlanner<String> planner, long id, int length, long deadlineNanos) {
        assertThat(planner.offer(new Waiting<>(id, 1, deadlineNanos, length, 1, ""), 0))
                .isInstanceOf(Admission.Admitted.class);
    }

    private static List<Long> run(BatchPlanner<String> planner) {
        return planner.onInstanceFree(0).batch().stream().map(Waiting::id).toList();
    }

    @Test
    void whereTheRunItselfIsWhatCostsNeighboursRunTogether() {
        // Given: 1 ms a run and 1 us a cell: apart 1.016 + 1.022 ms, together 1.044 ms
        BatchPlanner<String> planner = planner(1_000_000, 1_000);
        offer(planner, 1, 16, FAR_NANOS);
        offer(planner, 2, 22, FAR_NANOS + 1);

        // When
        Plan<String> plan = planner.onInstanceFree(0);

        // Then
        assertThat(plan.batch()).extracting(Waiting::id).containsExactly(1L, 2L);
        assertThat(plan.length()).isEqualTo(22);
        assertThat(plan.cells()).isEqualTo(44);
        assertThat(plan.paddingCells()).isEqualTo(6);
    }

    @Test
    void whereCellsAreWhatCostsTheyRunApart() {
        // Given: 1 us a run and 1 ms a cell: apart 38 ms, together 44 ms
        BatchPlanner<String> planner = planner(1_000, 1_000_000);
        offer(planner, 1, 16, FAR_NANOS);
        offer(planner, 2, 22, FAR_NANOS + 1);

        // Then
        assertThat(run(planner)).containsExactly(1L);
        assertThat(run(planner)).containsExactly(2L);
    }

    @Test
    void aNeighbourThatWouldBeLostByWaitingJoinsAllTheSame() {
        // Given: the six of length 16 take 98 ms, which is in time for the first of them and too late for the neighbour
        BatchPlanner<String> planner = planner(1_000, 1_000_000);
        offer(planner, 1, 16, 99_000_000);
        for (int id = 2; id <= 6; id++) {
            offer(planner, id, 16, FAR_NANOS + id);
        }
        offer(planner, 7, 22, 100_000_000);

        // Then: four of length 22 take 90 ms
        assertThat(run(planner)).containsExactly(1L, 7L, 2L, 3L);
    }

    @Test
    void lengthsFarApartNeverShareARun() {
        // Given: a run costs far more than any padding
        BatchPlanner<String> planner = planner(1e9, 1);
        offer(planner, 1, 16, FAR_NANOS);
        offer(planner, 2, 100, FAR_NANOS + 1);
        offer(planner, 3, 15, FAR_NANOS + 2);

        // Then: the class with the earliest deadline first, all of it
        assertThat(run(planner)).containsExactly(1L, 3L);
        assertThat(run(planner)).containsExactly(2L);
    }

    @Test
    void aFullBatchTakesNoNeighbours() {
        BatchPlanner<String> planner = planner(1_000_000, 1_000);
        for (int id = 1; id <= 8; id++) {
            offer(planner, id, 16, FAR_NANOS + 10);
        }
        offer(planner, 9, 22, FAR_NANOS);

        // Then: the longer one has the earliest deadline and takes seven along, one is left
        assertThat(run(planner)).hasSize(8).startsWith(9L);
        assertThat(run(planner)).containsExactly(8L);
    }
}
