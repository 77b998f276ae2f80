package io.bellwether.worker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bellwether.protocol.ClientMark;
import io.bellwether.protocol.Origin;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.worker.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCellsTest {
    private static final long RETENTION_NANOS = 1_000;

    private final ModelCells cells =
            new ModelCells(Samples.MODEL, new Tally(Samples.spec(8, 8)), new ModelCells.Limits(3, RETENTION_NANOS));

    @Test
    void countsAreCumulativeAndOnlyChangesAreSent() {
        // Given
        cells.add(cell(Arm.CONTROL, 10), observation(2, true, 100, 50), 1);
        cells.add(cell(Arm.CANDIDATE, 10), observation(1, true, 7, 3), 1);
        Snapshot first = cells.snapshot(20, true);

        // When
        cells.add(cell(Arm.CONTROL, 10), observation(3, false, 30, 20), 2);
        Snapshot second = cells.snapshot(20, true);
        Snapshot third = cells.snapshot(20, true);

        // Then
        assertThat(first.getCellsList()).hasSize(2);
        assertThat(second.getCellsList()).hasSize(1);
        CellCounts control = second.getCells(0);
        assertThat(control.getKey()).isEqualTo(cell(Arm.CONTROL, 10).key(Samples.MODEL));
        assertThat(control.getItems()).isEqualTo(5);
        assertThat(control.getExecutions()).isEqualTo(1);
        assertThat(control.getDeviceNanos()).isEqualTo(130);
        assertThat(control.getCostPicoUsd()).isEqualTo(70);
        assertThat(third.getCellsList()).isEmpty();
        assertThat(third.getModel()).isEqualTo(Samples.MODEL);
    }

    @Test
    void aWitnessCountsItsCostAndDeviceTimePerItem() {
        // When
        cells.add(cell(Arm.CONTROL, 10), observation(4, true, 4_000, 800), 1);

        // Then
        CellCounts counts = cells.snapshot(20, true).getCells(0);
        assertThat(counts.getWitnessCostPicoUsd().getIndexList()).containsExactly(LogScale.index(200));
        assertThat(counts.getWitnessDeviceNanos().getIndexList()).containsExactly(LogScale.index(1_000));
    }

    @Test
    void requestsWithNonfiniteOutputsAreCountedOnceHoweverManyOfTheirRowsAndParts() {
        // Given a clean request of three rows, a later part of one, and one of four rows with three NaN
        cells.add(
                cell(Arm.CONTROL, 10), new Observation(3, 3, false, 1, 1, 0, true, RowBins.NONE, Optional.empty()), 1);
        cells.add(
                cell(Arm.CONTROL, 10), new Observation(2, 2, false, 1, 1, 2, false, RowBins.NONE, Optional.empty()), 1);
        cells.add(
                cell(Arm.CONTROL, 10), new Observation(4, 4, false, 1, 1, 3, true, RowBins.NONE, Optional.empty()), 1);

        // When
        CellCounts counts = cells.snapshot(20, true).getCells(0);

        // Then
        assertThat(counts.getNonfiniteOutputs()).isEqualTo(5);
        assertThat(counts.getComputedRequests()).isEqualTo(2);
        assertThat(counts.getNonfiniteRequests()).isEqualTo(1);
    }

    @Test
    void theWatermarkStaysBehindTheOldestRequestInTheWorker() {
        // Given
        cells.enter(12);
        cells.enter(15);
        cells.enter(12);

        // Then
        assertThat(cells.snapshot(20, true).getWatermarkSlot()).isEqualTo(12);
        cells.leave(cell(Arm.CONTROL, 12), false, 1);
        assertThat(cells.snapshot(20, true).getWatermarkSlot()).isEqualTo(12);
        cells.leave(cell(Arm.CONTROL, 12), false, 1);
        assertThat(cells.snapshot(20, true).getWatermarkSlot()).isEqualTo(15);
        cells.leave(cell(Arm.CONTROL, 15), false, 1);
        assertThat(cells.snapshot(20, true).getWatermarkSlot()).isEqualTo(19);
    }

    @Test
    void answersAreSettledWhenAllOfThemIsCounted() {
        // Given an answer with outputs, one of a request that was withdrawn, and one in a cell that nobody counted in
        CellId id = cell(Arm.CONTROL, 10);
        cells.add(id, observation(1, true, 1, 1), 1);
        cells.leave(id, true, 1);
        cells.leave(id, false, 1);
        cells.leave(cell(Arm.CANDIDATE, 10), true, 1);

        // When
        Snapshot snapshot = cells.snapshot(11, true);

        // Then
        assertThat(snapshot.getCellsList()).hasSize(1);
        assertThat(snapshot.getCells(0).getSettledRequests()).isEqualTo(1);
    }

    @Test
    void countsOfASlotThatIsOverAreOwedUntilTheyAreTaken() {
        // Given
        cells.add(cell(Arm.CONTROL, 10), observation(1, true, 1, 1), 1);

        // Then
        assertThat(cells.owesBefore(10)).isFalse();
        assertThat(cells.owesBefore(11)).isTrue();
        cells.snapshot(11, true);
        assertThat(cells.owesBefore(11)).isFalse();
        cells.leave(cell(Arm.CONTROL, 10), true, 1);
        assertThat(cells.owesBefore(11)).isTrue();
    }

    @Test
    void theWatermarkNeverGoesBack() {
        // Given
        cells.snapshot(20, true);

        // When: a request of an older slot comes late, then the clock is set back
        cells.enter(5);

        // Then
        assertThat(cells.snapshot(21, true).getWatermarkSlot()).isEqualTo(19);
        cells.leave(cell(Arm.CONTROL, 5), false, 1);
        assertThat(cells.snapshot(11, true).getWatermarkSlot()).isEqualTo(19);
    }

    @Test
    void moreCellsThanAllowedAreNotCountedButReported() {
        // Given
        for (int slot = 1; slot <= 3; slot++) {
            cells.add(cell(Arm.CONTROL, slot), observation(1, false, 1, 1), 1);
        }

        // When
        cells.add(cell(Arm.CONTROL, 4), observation(6, false, 1, 1), 1);
        cells.add(cell(Arm.CONTROL, 3), observation(1, false, 1, 1), 1);

        // Then
        assertThat(cells.snapshot(20, true).getCellsList()).hasSize(3);
        assertThat(cells.uncountedItems()).isEqualTo(6);
    }

    @Test
    void idleCellsMakeRoomOnceTheirCountsWereTaken() {
        // Given
        for (int slot = 1; slot <= 3; slot++) {
            cells.add(cell(Arm.CONTROL, slot), observation(1, false, 1, 1), slot);
        }
        cells.forgetIdle(RETENTION_NANOS * 5);
        cells.add(cell(Arm.CONTROL, 4), observation(1, false, 1, 1), 1);
        assertThat(cells.uncountedItems())
                .as("nothing was taken yet, so nothing may be forgotten")
                .isEqualTo(1);

        // When
        cells.snapshot(20, true);
        cells.forgetIdle(RETENTION_NANOS + 2);
        cells.add(cell(Arm.CONTROL, 4), observation(1, false, 1, 1), 1);

        // Then: only the cell of slot 1 was idle for longer than the retention
        assertThat(cells.snapshot(20, true).getCellsList())
                .extracting(counts -> counts.getKey().getSlot())
                .containsExactly(4L);
    }

    @Test
    void nothingIsLostBetweenAddingThreadsAndTheSnapshotThread() throws InterruptedException {
        // Given
        int threads = 4;
        int additions = 20_000;
        List<Thread> adders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            adders.add(new Thread(() -> {
                for (int n = 0; n < additions; n++) {
                    cells.add(cell(Arm.CONTROL, 1), observation(1, n % 2 == 0, 3, 5), n);
                }
            }));
        }

        // When
        long items = 0;
        adders.forEach(Thread::start);
        while (adders.stream().anyMatch(Thread::isAlive)) {
            items = newestItems(items);
        }
        for (Thread adder : adders) {
            adder.join();
        }

        // Then
        assertThat(newestItems(items)).isEqualTo((long) threads * additions);
    }

    @Test
    void whoSpeaksForAClientIsCountedApartFromTheOthers() {
        // Given
        CellId first = CellId.of("1", new Origin(1, "CONTROL", "r", "", new ClientMark(-7, true)));
        CellId again = CellId.of("1", new Origin(1, "CONTROL", "r", "", new ClientMark(-7, false)));

        // When
        cells.add(first, observation(1, true, 3, 5), 0);
        cells.add(again, observation(2, true, 3, 5), 0);

        // Then
        Snapshot snapshot = cells.snapshot(2, true);
        assertThat(snapshot.getCellsList())
                .allSatisfy(cell -> assertThat(cell.getKey().getClientMemory()).isEqualTo(-7))
                .extracting(cell -> cell.getKey().getFirstOfClient(), CellCounts::getItems)
                .containsExactlyInAnyOrder(tuple(true, 1L), tuple(false, 2L));
    }

    @Test
    void anArmThatIsUnknownIsNeverCompared() {
        assertThat(CellId.of("1", new Origin(1, "LATER_VERSIONS_HAVE_THIS", "", ""))
                        .arm())
                .isEqualTo(Arm.PINNED);
        assertThat(CellId.of("1", new Origin(1, "ARM_UNSPECIFIED", "", "")).arm())
                .isEqualTo(Arm.PINNED);
        assertThat(CellId.of("1", new Origin(1, "CANDIDATE", "r", "s")).compared())
                .isTrue();
        assertThat(CellId.direct("1", 1).compared()).isFalse();
    }

    private long newestItems(long before) {
        Snapshot snapshot = cells.snapshot(20, true);
        return snapshot.getCellsCount() == 0 ? before : snapshot.getCells(0).getItems();
    }

    private static CellId cell(Arm arm, long slot) {
        return new CellId("1", arm, "r1", "", slot);
    }

    private static Observation observation(int items, boolean witness, long deviceNanos, long costPicoUsd) {
        return new Observation(
                items, items, witness, deviceNanos, costPicoUsd, 0, true, RowBins.NONE, Optional.empty());
    }
}
