package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.SyntheticEngine;
import io.bellwether.protocol.FailureReason;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.Samples;
import org.junit.jupiter.api.Test;

/** Requests with more rows than the largest batch. */
class SplitRequestTest {
    private static final float POISON = 666;

    private final SyntheticEngine engine =
            SyntheticEngine.steady().failingOn(item -> item.getFloat(item.position()) == POISON);
    private final LaneFixture lane = new LaneFixture(engine, 4);

    @Test
    void itsPartsAreJoinedIntoOneAnswer() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        // When
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(3, 3, 4);
        assertThat(large.answers()).isEqualTo(1);
        assertThat(large.response().getOutputs(0).getShapeList()).containsExactly(10L, 2L);
        assertThat(Samples.firstScores(large.response())).containsExactly(2, 4, 6, 8, 10, 12, 14, 16, 18, 20);
    }

    @Test
    void itPaysForAllOfItsPartsAndPredictsOnce() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        // When
        lane.runQueued();

        // Then
        CellCounts cell = lane.cells().get(0);
        assertThat(cell.getItems()).isEqualTo(10);
        assertThat(cell.getExecutions()).isEqualTo(3);
        assertThat(cell.getPredictions(0).getCountList()).containsExactly(0L, 1L, 0L);
        assertThat(cell.getDeviceNanos()).isEqualTo(large.account().deviceNanos());
        assertThat(cell.getCostPicoUsd()).isEqualTo(large.account().costPicoUsd());
        assertThat(large.account().witness()).isTrue();
        assertThat(lane.statistics.read().success().count()).isEqualTo(1);
        assertThat(lane.statistics.read().items()).isEqualTo(10);
    }

    @Test
    void itsRowsThatAreNotFiniteAreThoseOfAllItsParts() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, Float.NaN, 2, 3, 4, 5, 6, 7, 8, 9, Float.POSITIVE_INFINITY);

        // When
        lane.runQueued();

        // Then
        assertThat(large.account().nonfiniteRows()).isEqualTo(2);
    }

    @Test
    void aPartThatFailsFailsItAndTakesTheOthersOut() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, POISON, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        RecordedReply small = lane.queue(Arm.CONTROL, 1);

        // When
        lane.runQueued();

        // Then: the first part only, then its rows are no business of the other request
        assertThat(large.answers()).isEqualTo(1);
        assertThat(large.refusal().reason()).isEqualTo(FailureReason.MODEL_FAILED);
        assertThat(small.hasResult()).isTrue();
        assertThat(engine.batchSizes().stream().mapToInt(size -> size).sum()).isLessThan(10);
    }

    @Test
    void itLeavesTheQueueAsOneWhenItsClientIsGone() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        // When
        lane.withdraw(large);

        // Then
        assertThat(lane.queuedRequests()).isZero();
        assertThat(large.answers()).isEqualTo(1);
        assertThat(large.refusal().reason()).isEqualTo(FailureReason.CANCELLED);
    }

    @Test
    void itExpiresAsOne() {
        // Given
        RecordedReply large = lane.queue(Arm.CONTROL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        lane.passTime(LaneFixture.DEADLINE_NANOS);

        // When
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).isEmpty();
        assertThat(large.answers()).isEqualTo(1);
        assertThat(large.refusal().reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
    }

    @Test
    void itIsQueuedAsAWholeOrNotAtAll() {
        // Given: a lane that 64 requests may wait in, and one place left
        for (int i = 0; i < 63; i++) {
            lane.queue(Arm.CONTROL, 1);
        }

        // When
        RecordedReply large = lane.queue(Arm.CONTROL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        // Then
        assertThat(lane.queuedRequests()).isEqualTo(63);
        assertThat(large.answers()).isZero();
    }
}
