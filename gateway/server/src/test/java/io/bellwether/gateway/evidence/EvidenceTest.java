package io.bellwether.gateway.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bellwether.protocol.ClientMark;
import io.bellwether.protocol.FailureReason;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.SliceCounts;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceTest {
    private static final Set<String> KNOWN = Set.of("m");

    private final Evidence evidence = new Evidence(4, 1_000_000);

    @Test
    void whoIsTurnedAwayIsCountedBesideTheRequests() {
        // Given a request of the second slice
        evidence.countFrom(0);
        Drawn drawn = new Drawn(ClientMark.NONE, 1_000, 0b10);

        // When
        evidence.turnedAway("m", 100, new TurnedAway("1", Arm.STABLE_REST, "r", drawn));

        // Then
        CellCounts cell = evidence.passed(101).get(0).getCells(0);
        assertThat(cell.getKey().getComparedBasisPoints()).isEqualTo(1_000);
        assertThat(cell.getRequests()).isZero();
        assertThat(cell.getTurnedAway()).isEqualTo(1);
        assertThat(cell.getSlices(0).getSlice()).isEqualTo(1);
        assertThat(cell.getSlices(0).getRefused()).isEqualTo(1);
    }

    @Test
    void aSlotThatHasBecomeCompleteIsToldOnceAndAtOnce() {
        // Given a request of slot 100 in flight and one that was answered
        evidence.countFrom(0);
        Evidence.Tally slow = evidence.begin("m", 100);
        evidence.begin("m", 100).answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);
        assertThat(evidence.passed(100)).isEmpty();
        assertThat(evidence.passed(101)).isEmpty();

        // When
        slow.answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);

        // Then
        List<Snapshot> passed = evidence.passed(101);
        assertThat(passed).hasSize(1);
        assertThat(passed.get(0).getWatermarkSlot()).isEqualTo(101);
        assertThat(passed.get(0).getCells(0).getRequests()).isEqualTo(2);
        assertThat(evidence.passed(101)).isEmpty();
    }

    @Test
    void anAnsweredRequestIsInTheCellOfItsArrival() {
        // Given
        evidence.countFrom(0);
        Evidence.Tally tally = evidence.begin("m", 100);

        // When
        tally.answered("2", Arm.CANDIDATE, "r", Outcome.OK, 1_000_000, true);
        Snapshot snapshot = only(101);

        // Then
        CellCounts cell = snapshot.getCells(0);
        assertThat(cell.getKey())
                .isEqualTo(CellKey.newBuilder()
                        .setModel("m")
                        .setVersion("2")
                        .setArm(Arm.CANDIDATE)
                        .setRolloutId("r")
                        .setSlot(100)
                        .build());
        assertThat(cell.getRequests()).isEqualTo(1);
        assertThat(cell.getOutcomesMap()).containsExactly(Map.entry("ok", 1L));
        assertThat(cell.getLatencyNanos().getIndexList()).containsExactly(LogScale.index(1_000_000));
        assertThat(cell.getWitnessLatencyNanos().getCountList()).containsExactly(1L);
        assertThat(snapshot.getWatermarkSlot()).isEqualTo(101);
    }

    @Test
    void theOldestRequestInFlightHoldsTheWatermark() {
        // Given
        evidence.countFrom(0);
        Evidence.Tally slow = evidence.begin("m", 100);
        evidence.begin("m", 105).answered("1", Arm.CONTROL, "r", Outcome.OK, 1, false);

        // When
        long before = only(107).getWatermarkSlot();
        slow.answered("1", Arm.CONTROL, "r", Outcome.TIMEOUT, 1, true);
        long after = only(107).getWatermarkSlot();

        // Then
        assertThat(before).isEqualTo(100);
        assertThat(after).isEqualTo(107);
    }

    @Test
    void aLateArrivalGoesIntoASlotThatIsStillOpen() {
        // Given
        only(100);

        // When
        Evidence.Tally late = evidence.begin("m", 99);

        // Then
        assertThat(late.slot()).isEqualTo(100);
    }

    @Test
    void refusedAndInvalidRequestsHaveNoLatencyAndAreNoWitnesses() {
        // Given
        evidence.countFrom(0);

        // When
        evidence.begin("m", 100).answered("1", Arm.CONTROL, "r", Outcome.REFUSED, 5_000, true);
        evidence.begin("m", 100).answered("1", Arm.CONTROL, "r", Outcome.INVALID, 5_000, true);
        CellCounts cell = only(101).getCells(0);

        // Then
        assertThat(cell.getRequests()).isEqualTo(2);
        assertThat(cell.getLatencyNanos().getIndexCount()).isZero();
        assertThat(cell.getWitnessLatencyNanos().getIndexCount()).isZero();
    }

    @Test
    void nothingCountsBeforeTheProcessIsWarm() {
        // Given
        evidence.begin("m", 100).answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);
        Snapshot cold = only(100);

        // When
        evidence.countFrom(101);
        evidence.begin("m", 100).answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);
        evidence.begin("m", 101).answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);
        Snapshot warm = only(102);

        // Then
        assertThat(cold.getWarm()).isFalse();
        assertThat(cold.getCellsCount()).isZero();
        assertThat(warm.getWarm()).isTrue();
        assertThat(warm.getCellsList()).hasSize(1);
        assertThat(warm.getCells(0).getKey().getSlot()).isEqualTo(101);
    }

    @Test
    void onlyTheFirstEndOfARequestCounts() {
        // Given
        evidence.countFrom(0);
        Evidence.Tally tally = evidence.begin("m", 100);

        // When
        tally.answered("1", Arm.CONTROL, "r", Outcome.OK, 1, true);
        tally.answered("1", Arm.CONTROL, "r", Outcome.TIMEOUT, 1, true);

        // Then
        assertThat(only(101).getCells(0).getRequests()).isEqualTo(1);
    }

    @Test
    void cellsAreBoundedAndTheRestIsCounted() {
        // Given
        Evidence small = new Evidence(1, 1);
        small.countFrom(0);

        // When
        small.begin("m", 1).answered("1", Arm.CONTROL, "", Outcome.OK, 1, true);
        small.snapshots(KNOWN, 1);
        small.begin("m", 1).answered("2", Arm.CONTROL, "", Outcome.OK, 1, true);
        small.begin("another", 1).answered("2", Arm.CONTROL, "", Outcome.OK, 1, true);

        // Then
        assertThat(small.uncounted()).isEqualTo(2);
    }

    @Test
    void everyKnownModelHasAHeartbeat() {
        // When
        List<Snapshot> snapshots = evidence.snapshots(Set.of("a", "b"), 7);

        // Then
        assertThat(snapshots).extracting(Snapshot::getModel).containsExactlyInAnyOrder("a", "b");
        assertThat(snapshots).allSatisfy(snapshot -> {
            assertThat(snapshot.getCellsCount()).isZero();
            assertThat(snapshot.getWatermarkSlot()).isEqualTo(7);
        });
    }

    @Test
    void everyReasonIsAnOutcomeAndACallerWhoLeavesCountsAsATimeout() {
        // Then
        for (FailureReason reason : FailureReason.values()) {
            assertThat(Outcome.of(reason)).as(reason.name()).isNotEqualTo(Outcome.OK);
        }
        assertThat(Outcome.of(FailureReason.CANCELLED)).isEqualTo(Outcome.TIMEOUT);
    }

    /** Random arrivals, ends and snapshots: cumulative counts only grow, and nothing changes below a watermark. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void watermarksAreKeptAndNothingIsLost(long seed) {
        Random random = new Random(seed);
        evidence.countFrom(0);
        List<Evidence.Tally> inFlight = new ArrayList<>();
        Map<CellKey, Long> latest = new HashMap<>();
        long slot = 1_000;
        long watermark = 0;
        long answered = 0;
        for (int i = 0; i < 20_000; i++) {
            int what = random.nextInt(100);
            if (what < 45) {
                inFlight.add(evidence.begin("m", slot - random.nextInt(2)));
            } else if (what < 90 && !inFlight.isEmpty()) {
                Evidence.Tally ended = inFlight.remove(random.nextInt(inFlight.size()));
                ended.answered("1", Arm.CONTROL, "", Outcome.OK, 1 + random.nextInt(1 << 30), random.nextBoolean());
                answered++;
            } else if (what < 95) {
                slot++;
            } else {
                Snapshot snapshot = only(slot);
                for (CellCounts cell : snapshot.getCellsList()) {
                    assertThat(cell.getKey().getSlot()).as("seed %d", seed).isGreaterThanOrEqualTo(watermark);
                    Long before = latest.put(cell.getKey(), cell.getRequests());
                    assertThat(cell.getRequests()).as("seed %d", seed).isGreaterThan(before == null ? 0 : before);
                    assertThat(cell.getLatencyNanos().getCountList().stream()
                                    .mapToLong(Long::longValue)
                                    .sum())
                            .isEqualTo(cell.getRequests());
                }
                assertThat(snapshot.getWatermarkSlot()).as("seed %d", seed).isGreaterThanOrEqualTo(watermark);
                watermark = snapshot.getWatermarkSlot();
            }
        }
        only(slot).getCellsList().forEach(cell -> latest.put(cell.getKey(), cell.getRequests()));
        assertThat(latest.values().stream().mapToLong(Long::longValue).sum())
                .as("seed %d", seed)
                .isEqualTo(answered);
    }

    @Test
    void aRequestCountsInEachOfItsSlicesToo() {
        // Given requests of the slices 0 and 3, of which one fails in time and one is refused
        evidence.countFrom(0);
        int slices = 0b1001;
        answer(slices, Outcome.OK, true);
        answer(slices, Outcome.TIMEOUT, false);
        answer(0b1000, Outcome.MODEL_ERROR, true);
        answer(slices, Outcome.REFUSED, true);
        answer(0, Outcome.OK, true);

        // When
        CellCounts cell = only(101).getCells(0);

        // Then
        assertThat(cell.getRequests()).isEqualTo(5);
        assertThat(cell.getSlicesList())
                .extracting(SliceCounts::getSlice, SliceCounts::getRequests, SliceCounts::getFailures)
                .containsExactly(tuple(0, 2L, 1L), tuple(3, 3L, 2L));
        assertThat(cell.getSlices(1).getTimeouts()).isEqualTo(1);
        assertThat(cell.getSlices(1).getWitnessLatencyNanos().getCountList()).containsExactly(2L);
    }

    private void answer(int slices, Outcome outcome, boolean witness) {
        evidence.begin("m", 100, new Drawn(ClientMark.NONE, 0, slices))
                .answered("2", Arm.CANDIDATE, "r", outcome, 1_000, witness);
    }

    private Snapshot only(long nowSlot) {
        List<Snapshot> snapshots = evidence.snapshots(KNOWN, nowSlot);
        assertThat(snapshots).hasSize(1);
        return snapshots.get(0);
    }
}
