package io.bellwether.telemetrypublisher;

import static io.bellwether.telemetrypublisher.Cells.cell;
import static io.bellwether.telemetrypublisher.Cells.snapshot;
import static io.bellwether.telemetrypublisher.Cells.warm;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotOutboxTest {
    private static final long BACKOFF_NANOS = Duration.ofMillis(500).toNanos();
    private long nowNanos = 1;

    @Test
    void aSnapshotIsCompletedWithWhoSentItAndInWhichOrder() {
        // Given
        SnapshotOutbox outbox = outbox(100, 100);

        // When
        outbox.offer(warm(7, cell(7, Arm.CONTROL, 3)));
        Snapshot first = takeOne(outbox);
        outbox.sent(first);
        outbox.offer(warm(8));
        Snapshot second = takeOne(outbox);

        // Then
        assertThat(first.getProcess()).isEqualTo(Snapshot.Process.WORKER);
        assertThat(first.getProcessId()).isEqualTo("worker-1");
        assertThat(first.getEpoch()).isEqualTo(99);
        assertThat(first.getSequence()).isEqualTo(1);
        assertThat(first.getSentAtMillis()).isEqualTo(5_000);
        assertThat(first.getCellsList()).containsExactly(cell(7, Arm.CONTROL, 3));
        assertThat(second.getSequence()).isEqualTo(2);
        assertThat(second.getWatermarkSlot()).isEqualTo(8);
        assertThat(second.getCellsCount()).isZero();
        assertThat(outbox.takeDue(nowNanos, 5_000)).isEmpty();
    }

    @Test
    void whileOneIsUnderWayNewerCountsReplaceOlderOnesAndOtherCellsStay() {
        // Given a snapshot under way
        SnapshotOutbox outbox = outbox(100, 100);
        outbox.offer(warm(7, cell(7, Arm.CONTROL, 1)));
        Snapshot underWay = takeOne(outbox);

        // When two more arrive, the second about another cell
        outbox.offer(warm(7, cell(7, Arm.CONTROL, 2)));
        outbox.offer(warm(8, cell(8, Arm.CANDIDATE, 1)));

        // Then nothing goes until the first is stored, and then one snapshot carries both cells
        assertThat(outbox.takeDue(nowNanos, 5_000)).isEmpty();
        outbox.sent(underWay);
        assertThat(takeOne(outbox).getCellsList()).containsExactly(cell(7, Arm.CONTROL, 2), cell(8, Arm.CANDIDATE, 1));
    }

    @Test
    void whatSpeaksAgainstStepsIsWhatWasSaidLast() {
        // Given
        SnapshotOutbox outbox = outbox(100, 100);
        StepProblem problem = StepProblem.newBuilder()
                .setRolloutId("r")
                .setProblem("too slow")
                .build();
        outbox.offer(warm(7).toBuilder().addStepProblems(problem).build());
        Snapshot first = takeOne(outbox);

        // When it is lost, said again, and then no more
        outbox.failed(first, nowNanos);
        nowNanos += BACKOFF_NANOS;
        Snapshot again = takeOne(outbox);
        outbox.sent(again);
        outbox.offer(warm(8));

        // Then
        assertThat(first.getStepProblemsList()).containsExactly(problem);
        assertThat(again.getStepProblemsList()).containsExactly(problem);
        assertThat(takeOne(outbox).getStepProblemsList()).isEmpty();
    }

    @Test
    void aFailedSnapshotWaitsAgainWithoutOverwritingNewerCounts() {
        // Given
        SnapshotOutbox outbox = outbox(100, 100);
        outbox.offer(warm(7, cell(7, Arm.CONTROL, 1), cell(7, Arm.CANDIDATE, 1)));
        Snapshot lost = takeOne(outbox);
        outbox.offer(warm(8, cell(7, Arm.CONTROL, 2)));

        // When
        outbox.failed(lost, nowNanos);

        // Then the model pauses, and afterwards everything goes with the newest counts
        assertThat(outbox.takeDue(nowNanos, 5_000)).isEmpty();
        nowNanos += BACKOFF_NANOS;
        Snapshot again = takeOne(outbox);
        assertThat(again.getCellsList()).containsExactlyInAnyOrder(cell(7, Arm.CONTROL, 2), cell(7, Arm.CANDIDATE, 1));
        assertThat(again.getWatermarkSlot()).isEqualTo(8);
        assertThat(outbox.stats().sendsFailed()).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitIsDroppedOldestSlotFirstAndCounted() {
        // Given room for three cells
        SnapshotOutbox outbox = outbox(3, 100);

        // When five arrive in three slots
        outbox.offer(warm(5, cell(5, Arm.CONTROL, 1), cell(5, Arm.CANDIDATE, 1)));
        outbox.offer(warm(7, cell(6, Arm.CONTROL, 1), cell(7, Arm.CONTROL, 1), cell(7, Arm.CANDIDATE, 1)));

        // Then the two of the oldest slot are gone, and monitoring is told
        Snapshot snapshot = takeOne(outbox);
        assertThat(snapshot.getCellsList())
                .extracting(cell -> cell.getKey().getSlot())
                .containsExactly(6L, 7L, 7L);
        assertThat(snapshot.getDroppedSnapshots()).isEqualTo(2);
        assertThat(outbox.stats().cellsDropped()).isEqualTo(2);
        assertThat(outbox.stats().cellsPending()).isZero();
    }

    @Test
    void aWatermarkNeverOvertakesACellThatStillWaits() {
        // Given more cells than one record may carry
        SnapshotOutbox outbox = outbox(100, 2);
        outbox.offer(warm(9, cell(5, Arm.CONTROL, 1), cell(6, Arm.CONTROL, 1), cell(7, Arm.CONTROL, 1)));

        // When
        Snapshot first = takeOne(outbox);
        outbox.sent(first);
        Snapshot second = takeOne(outbox);

        // Then
        assertThat(first.getCellsCount()).isEqualTo(2);
        assertThat(first.getWatermarkSlot()).isEqualTo(7);
        assertThat(second.getCellsCount()).isEqualTo(1);
        assertThat(second.getWatermarkSlot()).isEqualTo(9);
    }

    @Test
    void coldCountsNeverTravelUnderAWarmHeading() {
        // Given counts of a cold process, one snapshot of them under way
        SnapshotOutbox outbox = outbox(100, 100);
        outbox.offer(snapshot("digits", false, 5, cell(5, Arm.CONTROL, 1)));
        Snapshot cold = takeOne(outbox);
        outbox.offer(snapshot("digits", false, 6, cell(6, Arm.CONTROL, 1)));

        // When the process becomes warm and the cold snapshot fails
        outbox.offer(warm(7, cell(7, Arm.CONTROL, 1)));
        outbox.failed(cold, nowNanos);
        nowNanos += BACKOFF_NANOS;

        // Then
        assertThat(cold.getWarm()).isFalse();
        Snapshot warm = takeOne(outbox);
        assertThat(warm.getWarm()).isTrue();
        assertThat(warm.getCellsList()).containsExactly(cell(7, Arm.CONTROL, 1));
    }

    @Test
    void modelsBeyondTheLimitAreDroppedAndCounted() {
        // Given room for two models
        SnapshotOutbox outbox = outbox(100, 100);
        outbox.offer(snapshot("a", true, 1));
        outbox.offer(snapshot("b", true, 1));

        // When
        outbox.offer(snapshot("c", true, 1));

        // Then
        assertThat(outbox.takeDue(nowNanos, 5_000))
                .extracting(Snapshot::getModel)
                .containsExactly("a", "b");
        assertThat(outbox.stats().cellsDropped()).isEqualTo(1);
    }

    @Test
    void closingIsSaidOnceAndOnlyWithTheLastCells() {
        // Given two records' worth of cells
        SnapshotOutbox outbox = outbox(100, 1);
        outbox.offer(warm(9, cell(5, Arm.CONTROL, 1), cell(6, Arm.CONTROL, 1)));

        // When
        outbox.startClosing();
        outbox.startClosing();
        Snapshot first = takeOne(outbox);
        outbox.sent(first);
        Snapshot last = takeOne(outbox);
        outbox.sent(last);

        // Then
        assertThat(first.getClosing()).isFalse();
        assertThat(last.getClosing()).isTrue();
        assertThat(outbox.isEmpty()).isTrue();
    }

    /** Whatever fails and in whatever order things happen, the receiver ends with the newest counts of every cell. */
    @Test
    void anyOutageLeavesTheReceiverWithTheNewestCounts() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            SnapshotOutbox outbox = outbox(1_000_000, 1 + random.nextInt(5));
            Map<CellKey, CellCounts> truth = new HashMap<>();
            Map<CellKey, CellCounts> received = new HashMap<>();
            long watermark = 0;
            for (int step = 0; step < 300; step++) {
                watermark = Math.max(watermark, random.nextInt(1 + step / 10));
                CellCounts cell = cell(watermark + random.nextInt(3), Arm.forNumber(1 + random.nextInt(4)), step);
                truth.put(cell.getKey(), cell);
                outbox.offer(warm(watermark, cell));
                pump(outbox, received, random.nextInt(3) == 0);
            }
            outbox.startClosing();
            while (!outbox.isEmpty()) {
                pump(outbox, received, false);
            }
            assertThat(received).as("seed=%d", seed).isEqualTo(truth);
        }
    }

    private void pump(SnapshotOutbox outbox, Map<CellKey, CellCounts> received, boolean fail) {
        for (Snapshot snapshot : outbox.takeDue(nowNanos, 5_000)) {
            if (fail) {
                outbox.failed(snapshot, nowNanos);
            } else {
                snapshot.getCellsList().forEach(cell -> received.put(cell.getKey(), cell));
                outbox.sent(snapshot);
            }
        }
        nowNanos += BACKOFF_NANOS / 2;
    }

    private Snapshot takeOne(SnapshotOutbox outbox) {
        List<Snapshot> due = outbox.takeDue(nowNanos, 5_000);
        assertThat(due).hasSize(1);
        return due.get(0);
    }

    private static SnapshotOutbox outbox(int cellsMax, int cellsPerSnapshotMax) {
        return new SnapshotOutbox(
                new PublisherSettings(
                        Snapshot.Process.WORKER,
                        "worker-1",
                        "broker:9092",
                        2,
                        cellsMax,
                        cellsPerSnapshotMax,
                        new PublisherSettings.Timing(Duration.ofMillis(500), Duration.ofSeconds(3))),
                99);
    }
}
