package io.bellwether.monitoring.folding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.LogBuckets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionHistoriesTest {
    private final RecordingJournal journal = new RecordingJournal();
    private final VersionHistories histories = new VersionHistories("digits", journal);

    @Test
    void ofAVersionNeverSeenNothingIsKnownAndEverythingIsExpected() {
        assertThat(histories.of("1")).isEqualTo(StableHistory.UNKNOWN);
        assertThat(histories.mayPredictClasses("1")).isTrue();
        assertThat(histories.mayCost("1")).isTrue();
    }

    @Test
    void onlyTheStableVersionsWitnessesOfTheLastMinutesRemain() {
        // Given a witness a slot, pinned ones and the candidate's beside them
        for (long slot = 1_000; slot < 1_600; slot++) {
            histories.add(slot(
                    slot, witness(slot, Arm.STABLE_REST), witness(slot, Arm.PINNED), witness(slot, Arm.CANDIDATE)));
        }

        // Then two generations of 150 slots at most
        assertThat(histories.of("1").witnessLatencyNanos().total()).isBetween(150L, 300L);
        assertThat(histories.of("2")).isEqualTo(StableHistory.UNKNOWN);
    }

    @Test
    void aSlotThatComesAgainAfterACrashIsNotAddedTwice() throws InvalidProtocolBufferException {
        // Given
        histories.add(slot(1_000, witness(1_000, Arm.STABLE_REST)));
        VersionHistories restored = new VersionHistories("digits", new RecordingJournal());
        for (Map.Entry<MemoryKey, byte[]> memory :
                journal.contentAfter(journal.size()).entrySet()) {
            restored.restore(memory.getKey(), memory.getValue());
        }

        // When
        restored.add(slot(1_000, witness(1_000, Arm.STABLE_REST)));

        // Then
        assertThat(restored.of("1").witnessLatencyNanos().total()).isEqualTo(1);
    }

    @Test
    void whatAWorkerNeverShowedIsNotExpected() {
        // Given a gateway's counts only: nothing is known of classes and cost
        histories.add(slot(1_000, Reports.asked(1_000, Arm.CONTROL, 5, 0)));
        assertThat(histories.mayPredictClasses("1")).isTrue();

        // When a worker computed without predicting classes, at a cost
        histories.add(slot(1_001, Reports.computed(1_001, Arm.CONTROL, 5)));

        // Then
        assertThat(histories.mayPredictClasses("1")).isFalse();
        assertThat(histories.mayCost("1")).isTrue();
    }

    @Test
    void versionsAreLimited() {
        for (int version = 1; version <= 20; version++) {
            CellCounts.Builder cell = witness(1_000 + version, Arm.STABLE_REST).toBuilder();
            cell.getKeyBuilder().setVersion(Integer.toString(version));
            histories.add(slot(1_000 + version, cell.build()));
        }

        assertThat(journal.contentAfter(journal.size())).hasSize(8);
        assertThat(histories.of("1")).isEqualTo(StableHistory.UNKNOWN);
        assertThat(histories.of("20")).isNotEqualTo(StableHistory.UNKNOWN);
    }

    private static CellCounts witness(long slot, Arm arm) {
        return Reports.asked(slot, arm, 1, 0).toBuilder()
                .setWitnessLatencyNanos(LogBuckets.newBuilder().addIndex(700).addCount(1))
                .build();
    }

    private static ClosedSlot slot(long slot, CellCounts... cells) {
        return new ClosedSlot(slot, false, List.of(cells), List.of(cells));
    }
}
