package io.bellwether.monitoring.folding;

import static io.bellwether.monitoring.folding.Reports.asked;
import static io.bellwether.monitoring.folding.Reports.computed;
import static io.bellwether.monitoring.folding.Reports.gateway;
import static io.bellwether.monitoring.folding.Reports.worker;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.Snapshot;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotFoldTest {
    private final RecordingJournal journal = new RecordingJournal();
    private final SlotFold fold = new SlotFold("digits", FoldSettings.DEFAULTS, journal);

    @Test
    void aSlotClosesWhenEveryLiveProcessHasPassedIt() {
        // Given both sides have counted slot 10
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)));
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        assertThat(fold.next()).isNull();

        // When the gateway has passed it, then the worker
        fold.accept(gateway(2, 11));
        assertThat(fold.next()).isNull();
        fold.accept(worker(2, 11));

        // Then
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.slot()).isEqualTo(10);
        assertThat(closed.partial()).isFalse();
        assertThat(closed.cells()).hasSize(2);
        fold.closed(10);
        assertThat(fold.next()).isNull();
    }

    @Test
    void aSlotClosesAtOnceWhenWorkersHaveSettledWhatGatewaysGotAnswered() {
        // Given a worker whose watermark is behind, and that has not settled all answers
        fold.accept(worker(1, 10, settled(10, Arm.CONTROL, 4)));
        fold.accept(gateway(1, 11, asked(10, Arm.CONTROL, 5, 0)));
        assertThat(fold.next()).isNull();

        // When it has
        fold.accept(worker(2, 10, settled(10, Arm.CONTROL, 5)));

        // Then all of it is evidence
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.partial()).isFalse();
        assertThat(closed.whole()).hasSize(2);
    }

    @Test
    void settledAnswersCloseNothingBeforeEachGatewayHasPassed() {
        fold.accept(worker(1, 10, settled(10, Arm.CONTROL, 5)));
        fold.accept(Reports.report(Snapshot.Process.GATEWAY, "other", 1, 10));
        fold.accept(gateway(1, 11, asked(10, Arm.CONTROL, 5, 0)));

        assertThat(fold.next()).isNull();
    }

    @Test
    void whereTimeRanOutOrMoreWasComputedThanAnsweredTheWatermarkDecides() {
        // Given as many settled as answered, but one ran out of time; and one more settled than answered
        fold.accept(worker(1, 10, settled(10, Arm.CONTROL, 5), settled(11, Arm.CONTROL, 6)));
        fold.accept(gateway(1, 12, asked(10, Arm.CONTROL, 5, 1), asked(11, Arm.CONTROL, 5, 0)));
        assertThat(fold.next()).isNull();

        // When
        fold.accept(worker(2, 12));

        // Then
        for (long slot = 10; slot <= 11; slot++) {
            ClosedSlot closed = fold.next();
            assertThat(closed).isNotNull();
            assertThat(closed.slot()).isEqualTo(slot);
            assertThat(closed.partial()).isFalse();
            fold.closed(slot);
        }
    }

    private static CellCounts settled(long slot, Arm arm, long requests) {
        return computed(slot, arm, requests).toBuilder()
                .setSettledRequests(requests)
                .build();
    }

    @Test
    void theNewestCountsOfARunWinAndRunsAndProcessesAddUp() {
        // Given two gateways, one of which restarts within the slot
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 1, 0)));
        fold.accept(gateway(2, 10, asked(10, Arm.CONTROL, 3, 0)));
        fold.accept(gateway(1, 10).toBuilder()
                .setEpoch(2)
                .addCells(asked(10, Arm.CONTROL, 4, 0))
                .build());
        fold.accept(Reports.report(Snapshot.Process.GATEWAY, "other", 1, 11, asked(10, Arm.CONTROL, 10, 0)));
        fold.accept(worker(1, 11, computed(10, Arm.CONTROL, 17)));

        // When an old snapshot comes again
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 1, 0)));
        fold.accept(gateway(2, 11).toBuilder().setEpoch(2).build());

        // Then all of it was counted, and the run that was cut off is no evidence
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.cells().stream().mapToLong(CellCounts::getRequests).sum())
                .isEqualTo(3 + 4 + 10);
        assertThat(SlotSums.ofRollout(closed, Reports.ROLLOUT).control().requests())
                .isEqualTo(4 + 10);
    }

    @Test
    void aSlotWaitsForTheOtherSideAndThenClosesPartially() {
        // Given the gateway counted and the worker, although it passed the slot, did not
        fold.accept(worker(1, 10));
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)));
        for (int second = 11; second <= 22; second++) {
            fold.accept(gateway(second, second));
            fold.accept(worker(second, second));
            assertThat(fold.next()).isNull();
        }

        // When thirteen seconds are over
        fold.accept(gateway(23, 23));

        // Then it closes with what there is, and what comes later is late
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.partial()).isTrue();
        fold.closed(10);
        Accepted late = fold.accept(worker(23, 23, computed(10, Arm.CONTROL, 5)));
        assertThat(late.cellsLate()).isEqualTo(1);
        assertThat(fold.next()).isNull();
    }

    @Test
    void failuresNeedNoWorker() {
        // Given every request of the slot failed before a worker computed anything
        fold.accept(worker(1, 11));
        fold.accept(gateway(1, 11, asked(10, Arm.CANDIDATE, 0, 5)));

        // Then nobody waits for the worker's counts
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.partial()).isFalse();
    }

    @Test
    void aProcessThatIsNotHeardIsNotWaitedForAfterTwoSeconds() {
        // Given a worker that dies after its counts
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)));

        // When the gateway goes on alone
        fold.accept(gateway(2, 11));
        fold.accept(gateway(3, 12));
        assertThat(fold.next()).isNull();
        assertThat(fold.processesLive(Snapshot.Process.WORKER)).isEqualTo(1);
        fold.accept(gateway(4, 13));

        // Then
        assertThat(fold.processesLive(Snapshot.Process.WORKER)).isZero();
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.partial()).isTrue();
    }

    @Test
    void aPauseOfEverybodyIsNotADeathOfOne() {
        // Given both are heard, then Kafka is away for a minute
        fold.accept(worker(1, 10));
        fold.accept(gateway(1, 10));

        // When the gateway is heard first, with a minute of counts
        fold.accept(gateway(2, 70, asked(40, Arm.CONTROL, 5, 0)));

        // Then the worker is still waited for, and the slot is whole when it comes
        assertThat(fold.processesLive(Snapshot.Process.WORKER)).isEqualTo(1);
        assertThat(fold.next()).isNull();
        fold.accept(worker(2, 70, computed(40, Arm.CONTROL, 5)));
        ClosedSlot closed = fold.next();
        assertThat(closed).isNotNull();
        assertThat(closed.partial()).isFalse();
    }

    @Test
    void aProcessThatLeavesIsNotWaitedFor() {
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(worker(2, 10).toBuilder().setClosing(true).build());
        fold.accept(gateway(1, 11, asked(10, Arm.CONTROL, 5, 0)));

        assertThat(fold.next()).isNotNull();
    }

    @Test
    void countsOfAColdProcessAreNoEvidence() {
        // Given a cold gateway
        Accepted cold = fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)).toBuilder()
                .setWarm(false)
                .build());

        // When it becomes warm in the middle of the slot
        Accepted mixed = fold.accept(gateway(2, 10, asked(10, Arm.CONTROL, 9, 0)));
        Accepted warm = fold.accept(gateway(3, 11, asked(11, Arm.CONTROL, 9, 0)));

        // Then only slots after the last cold one count
        assertThat(cold.cellsCold()).isEqualTo(1);
        assertThat(mixed.cellsCold()).isEqualTo(1);
        assertThat(warm.cellsCold()).isZero();
    }

    @Test
    void countsThatContradictThemselvesAreRefused() {
        var negative = asked(10, Arm.CONTROL, -1, 0);
        var unpaired = asked(10, Arm.CONTROL, 1, 0).toBuilder()
                .setWitnessLatencyNanos(LogBuckets.newBuilder().addIndex(3))
                .build();
        var farAhead = asked(1_000, Arm.CONTROL, 1, 0);

        assertThat(fold.accept(gateway(1, 10, negative, unpaired, farAhead)).cellsInvalid())
                .isEqualTo(3);
        assertThat(fold.next()).isNull();
    }

    @Test
    void whatIsSettledIsBeyondEveryWatermarkAndBeforeEveryOpenSlot() {
        // Given no gateway
        fold.accept(worker(1, 12));
        assertThat(fold.settledSlot()).isEmpty();

        // When a gateway reports
        fold.accept(gateway(1, 11));
        assertThat(fold.settledSlot()).hasValue(10);

        // Then an open slot holds it back
        fold.accept(gateway(2, 12, asked(9, Arm.CONTROL, 1, 0)));
        assertThat(fold.settledSlot()).hasValue(8);
    }

    @Test
    void processesAndCellsAreLimited() {
        // Given room for two processes and three cells
        SlotFold small = new SlotFold("digits", new FoldSettings(2_000, 6_000, 2, 3), journal);
        for (String id : new String[] {"a", "b", "c"}) {
            small.accept(Reports.report(Snapshot.Process.GATEWAY, id, 1, 10, asked(10, Arm.CONTROL, 1, 0)));
        }
        assertThat(small.processesLive(Snapshot.Process.GATEWAY)).isEqualTo(2);
        assertThat(small.next()).isNull();

        // When a fourth cell comes
        small.accept(Reports.report(Snapshot.Process.GATEWAY, "a", 2, 10, asked(11, Arm.CONTROL, 1, 0)));

        // Then the oldest slot is closed with what there is
        ClosedSlot closed = small.next();
        assertThat(closed).isNotNull();
        assertThat(closed.slot()).isEqualTo(10);
        assertThat(closed.partial()).isTrue();
    }

    @Test
    void aRestoredFoldContinuesAsIfItHadNeverStopped() throws InvalidProtocolBufferException {
        // Given
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)));
        fold.accept(worker(1, 11, computed(10, Arm.CONTROL, 5)));

        // When
        SlotFold restored = new SlotFold("digits", FoldSettings.DEFAULTS, new RecordingJournal());
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            restored.restore(memory.getKey(), memory.getValue());
        }
        fold.accept(gateway(2, 11));
        restored.accept(gateway(2, 11));

        // Then
        ClosedSlot closed = fold.next();
        ClosedSlot same = restored.next();
        assertThat(closed).isNotNull();
        assertThat(same).isNotNull();
        assertThat(same.cells()).containsExactlyInAnyOrderElementsOf(closed.cells());
        assertThat(restored.accept(gateway(2, 11))).isEqualTo(Accepted.STALE);
    }
}
