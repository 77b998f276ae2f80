package io.bellwether.monitoring.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bellwether.monitoring.evaluation.StableTable;
import io.bellwether.statistics.EventTable;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.SliceCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class StableSumsTest {
    private static CellCounts drawn(int share, CellCounts cell) {
        return cell.toBuilder()
                .setKey(cell.getKey().toBuilder().setComparedBasisPoints(share))
                .build();
    }

    private static CellCounts all(Arm arm) {
        return CellCounts.newBuilder()
                .setKey(Reports.key(10, arm))
                .setRequests(63)
                .setTurnedAway(64)
                .putOutcomes("ok", 1)
                .putOutcomes("model_error", 2)
                .putOutcomes("timeout", 4)
                .putOutcomes("unavailable", 8)
                .putOutcomes("refused", 16)
                .putOutcomes("invalid", 32)
                .addSlices(SliceCounts.newBuilder()
                        .setSlice(1)
                        .setRequests(15)
                        .setFailures(14)
                        .setTimeouts(4)
                        .setModelErrors(2)
                        .setRefused(16 + 64))
                .build();
    }

    private static List<StableTable> tables(CellCounts... cells) {
        return StableSums.ofRollout(new ClosedSlot(10, false, List.of(cells), List.of(cells)), Reports.ROLLOUT);
    }

    @Test
    void theCandidatesEventIsAModelErrorAndTheStableVersionsAnyEndWithoutAnAnswer() {
        // When
        List<StableTable> tables = tables(
                drawn(1_000, all(Arm.CANDIDATE)),
                drawn(1_000, all(Arm.CONTROL)),
                drawn(1_000, all(Arm.STABLE_REST)),
                drawn(1_000, all(Arm.CANDIDATE_REST)),
                drawn(1_000, all(Arm.PINNED)));

        // Then
        EventTable counted = new EventTable(190, 188, 95, 2);
        assertThat(tables).containsExactly(new StableTable(1_000, counted, List.of(EventTable.EMPTY, counted)));
    }

    @Test
    void requestsThatWereDrawnAtAnotherShareAreAnotherExperiment() {
        // Given gateways of which one does not know the new weight yet, and requests that nobody drew
        List<StableTable> tables = tables(
                drawn(2_500, Reports.asked(10, Arm.CANDIDATE, 25, 0)),
                drawn(2_500, Reports.asked(10, Arm.STABLE_REST, 75, 0)),
                drawn(1_000, Reports.asked(10, Arm.CANDIDATE, 10, 0)),
                drawn(1_000, Reports.asked(10, Arm.CONTROL, 88, 2)),
                Reports.asked(10, Arm.STABLE_REST, 500, 500));

        assertThat(tables)
                .extracting(StableTable::share, StableTable::all)
                .containsExactly(
                        tuple(1_000, new EventTable(90, 2, 10, 0)), tuple(2_500, new EventTable(75, 0, 25, 0)));
    }
}
