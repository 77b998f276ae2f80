package io.bellwether.monitoring.folding;

import static io.bellwether.monitoring.folding.Reports.asked;
import static io.bellwether.monitoring.folding.Reports.computed;
import static io.bellwether.monitoring.folding.Reports.gateway;
import static io.bellwether.monitoring.folding.Reports.report;
import static io.bellwether.monitoring.folding.Reports.worker;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which counts of a slot may be compared when processes die, hang, leave or throw counts away. */
class WholeCountsTest {
    private final SlotFold fold = new SlotFold("digits", FoldSettings.DEFAULTS, new RecordingJournal());

    @Test
    void aGatewayThatDiesWithinASlotIsLeftOutOfItAndTheOthersAreCompared() {
        // Given two gateways, of which one dies after it told half of slot 10
        fold.accept(report(Snapshot.Process.GATEWAY, "dies", 1, 10, asked(10, Arm.CANDIDATE, 1, 7)));
        fold.accept(gateway(1, 10, asked(10, Arm.CANDIDATE, 20, 1), asked(10, Arm.CONTROL, 21, 0)));
        fold.accept(worker(1, 10, computed(10, Arm.CANDIDATE, 21), computed(10, Arm.CONTROL, 21)));

        // When the others go on
        run(11, 13);

        // Then its counts are exposure, not evidence
        ClosedSlot closed = closed();
        SlotCounts counts = SlotSums.ofRollout(closed, Reports.ROLLOUT);
        assertThat(closed.partial()).isTrue();
        assertThat(counts.candidate().requests()).isEqualTo(21);
        assertThat(counts.candidate().failures()).isEqualTo(1);
        assertThat(counts.control().requests()).isEqualTo(21);
        assertThat(counts.exposedRequests()).isEqualTo(29);
    }

    @Test
    void whatAGatewayToldBeforeItDiedStandsWhereItHadPassedTheSlot() {
        // Given a gateway that passes slot 10 and dies in slot 11
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(gateway(1, 11, asked(10, Arm.CONTROL, 5, 0), asked(11, Arm.CONTROL, 2, 0)));
        fold.accept(worker(2, 11));

        // When it comes back as a new run
        fold.accept(gateway(1, 12, asked(12, Arm.CONTROL, 3, 0)).toBuilder()
                .setEpoch(2)
                .build());

        // Then slot 10 is evidence and slot 11 is not
        assertThat(evidence(closed()).control().requests()).isEqualTo(5);
        fold.closed(10);
        fold.accept(worker(3, 13, computed(11, Arm.CONTROL, 2), computed(12, Arm.CONTROL, 3)));
        fold.accept(gateway(2, 13).toBuilder().setEpoch(2).build());
        assertThat(closed().slot()).isEqualTo(11);
        assertThat(evidence(closed()).control().requests()).isZero();
        fold.closed(11);
        assertThat(evidence(closed()).control().requests()).isEqualTo(3);
    }

    @Test
    void aWorkerThatDiesTakesTheWorkersCountsWithItAndLeavesTheGateways() {
        // Given a worker that tells one arm of slot 10 and dies
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0), asked(10, Arm.CANDIDATE, 0, 5)));

        // When the gateway goes on alone
        for (int second = 11; second <= 13; second++) {
            fold.accept(gateway(second, second));
        }

        // Then requests and failures are evidence, cost is not
        ClosedSlot closed = closed();
        assertThat(evidence(closed).candidate().failures()).isEqualTo(5);
        assertThat(evidence(closed).control().requests()).isEqualTo(5);
        assertThat(closed.whole()).noneMatch(cell -> cell.getItems() > 0);
    }

    @Test
    void ofSeveralWorkersAllCountOrNone() {
        // Given two workers; one dies in slot 10 without a word about it
        fold.accept(report(Snapshot.Process.WORKER, "dies", 1, 9));
        for (int second = 9; second <= 20; second++) {
            // When the other one and the gateway count slot after slot
            fold.accept(worker(second, second, computed(second - 1, Arm.CONTROL, 5)));
            fold.accept(gateway(second, second, asked(second - 1, Arm.CONTROL, 6, 0)));
        }

        // Then workers' counts are missing for as long as the dead one may have counted, then they are whole again
        for (ClosedSlot slot = fold.next(); slot != null; slot = fold.next()) {
            boolean computed = slot.whole().stream().anyMatch(cell -> cell.getItems() > 0);
            assertThat(computed).as("slot %d", slot.slot()).isEqualTo(slot.slot() < 9 || slot.slot() > 11);
            assertThat(evidence(slot).control().requests()).isEqualTo(6);
            fold.closed(slot.slot());
        }
        assertThat(fold.settledSlot()).hasValue(19);
    }

    @Test
    void aProcessThatHangsIsWaitedForAndThenOnlyItsOwnSideIsMissing() {
        // Given a worker that is heard but never passes slot 10
        fold.accept(gateway(1, 10, asked(10, Arm.CANDIDATE, 2, 5), asked(10, Arm.CONTROL, 7, 0)));
        for (int second = 10; second <= 23; second++) {
            fold.accept(worker(second, second, computed(10, Arm.CONTROL, 7), computed(10, Arm.CANDIDATE, 2)).toBuilder()
                    .setWatermarkSlot(10)
                    .build());
            fold.accept(gateway(second, second));
        }

        // Then the gateway's counts are evidence
        ClosedSlot closed = closed();
        assertThat(closed.partial()).isTrue();
        assertThat(evidence(closed).candidate().failures()).isEqualTo(5);
        assertThat(closed.whole()).hasSize(2).noneMatch(cell -> cell.getItems() > 0);
    }

    @Test
    void anArmThatGotAnswersButWasComputedByNobodyMakesTheWorkersCountsNoEvidence() {
        // Given a worker that counted the control arm only, although the candidate answered
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0), asked(10, Arm.CANDIDATE, 5, 0)));
        run(11, 23);

        // Then after the wait
        assertThat(closed().whole()).noneMatch(cell -> cell.getItems() > 0).hasSize(2);
    }

    @Test
    void slotsInWhichAProcessThrewCountsAwayAreNotWhole() {
        // Given a gateway that passed slot 10, and after an outage tells of slot 12 that it threw something away
        fold.accept(worker(1, 10, computed(10, Arm.CONTROL, 5)));
        fold.accept(gateway(1, 11, asked(10, Arm.CONTROL, 5, 0), asked(11, Arm.CONTROL, 1, 0)));
        fold.accept(gateway(2, 13, asked(12, Arm.CONTROL, 5, 0)).toBuilder()
                .setDroppedSnapshots(3)
                .build());
        fold.accept(gateway(3, 15, asked(14, Arm.CONTROL, 5, 0)).toBuilder()
                .setDroppedSnapshots(3)
                .build());
        fold.accept(worker(2, 15, computed(11, Arm.CONTROL, 1), computed(12, Arm.CONTROL, 5)).toBuilder()
                .addCells(computed(14, Arm.CONTROL, 5))
                .build());

        // Then only what was complete before, and what came after, may be compared
        assertThat(evidenceOfEach()).isEqualTo("10:5 11:0 12:0 14:5");
    }

    @Test
    void aProcessThatLeavesInOrderSpoilsNothingThatItHadPassed() {
        // Given a worker that says farewell in slot 11
        fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 5, 0)));
        fold.accept(worker(1, 11, computed(10, Arm.CONTROL, 5)).toBuilder()
                .setClosing(true)
                .build());

        // When another one works on
        fold.accept(report(Snapshot.Process.WORKER, "other", 1, 13, computed(12, Arm.CONTROL, 5)));
        fold.accept(gateway(2, 13, asked(12, Arm.CONTROL, 5, 0)));

        // Then
        assertThat(closed().partial()).isFalse();
        fold.closed(10);
        assertThat(closed().partial()).isFalse();
    }

    @Test
    void howOftenAProcessStartsAgainIsNotRememberedForever() {
        // Given six runs of a gateway in one slot
        for (int run = 1; run <= 6; run++) {
            fold.accept(gateway(1, 10, asked(10, Arm.CONTROL, 1, 0)).toBuilder()
                    .setEpoch(run)
                    .build());
        }
        fold.accept(worker(1, 11, computed(10, Arm.CONTROL, 6)));
        fold.accept(gateway(2, 11).toBuilder().setEpoch(6).build());

        // Then only the last one, which passed the slot, is evidence, also where a cut is forgotten
        assertThat(evidence(closed()).control().requests()).isEqualTo(1);
    }

    private void run(int fromSecond, int throughSecond) {
        for (int second = fromSecond; second <= throughSecond; second++) {
            fold.accept(gateway(second, second));
            fold.accept(worker(second, second));
        }
    }

    private String evidenceOfEach() {
        StringBuilder all = new StringBuilder();
        for (ClosedSlot slot = fold.next(); slot != null; slot = fold.next()) {
            all.append(all.length() == 0 ? "" : " ").append(slot.slot()).append(':');
            all.append(evidence(slot).control().requests());
            fold.closed(slot.slot());
        }
        return all.toString();
    }

    private ClosedSlot closed() {
        return Objects.requireNonNull(fold.next(), "no slot closes");
    }

    private static SlotCounts evidence(ClosedSlot slot) {
        return SlotSums.ofRollout(slot, Reports.ROLLOUT);
    }
}
