package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.loadtests.ReportSchedule.Due;
import io.bellwether.monitoring.folding.Accepted;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.SlotFold;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetReportsTest {
    private static final long FIRST_SLOT = 1_700_000_000L;
    private static final FleetReports.Traffic TRAFFIC = new FleetReports.Traffic(5, 40, 2_000);

    private final FleetReports reports = new FleetReports(TRAFFIC, 7, FIRST_SLOT * 1_000);
    private final ReportSchedule schedule = ReportSchedule.of(5, 3, 2, 7);

    @Test
    void eachModelIsReportedByOneGatewayAndOneWorker() {
        assertThat(schedule.reporters())
                .extracting(ReportSchedule.Reporter::id)
                .containsExactly("gateway-1", "gateway-2", "worker-1", "worker-2", "worker-3");
        assertThat(schedule.reporters().stream()
                        .mapToInt(one -> one.toModel() - one.fromModel())
                        .sum())
                .isEqualTo(10);
        assertThat(schedule.reporters().get(1).toModel()).isEqualTo(5);
    }

    @Test
    void reportsOfASecondComeInOrderAndItsEndIsToldSoon() {
        List<Due> dues = schedule.within(FIRST_SLOT);
        assertThat(dues)
                .isSortedAccordingTo(Comparator.comparingLong(Due::atMillis))
                .hasSize(25);
        assertThat(dues)
                .filteredOn(due -> due.quarter() == FleetReports.QUARTERS)
                .hasSize(5)
                .allSatisfy(due -> {
                    assertThat(due.slot()).isEqualTo(FIRST_SLOT - 1);
                    assertThat(due.atMillis() - FIRST_SLOT * 1_000).isBetween(0L, 49L);
                });
        assertThat(dues.get(dues.size() - 1).atMillis()).isLessThan((FIRST_SLOT + 1) * 1_000);
    }

    @Test
    void monitoringTakesEverySlotForCompleteAsSoonAsBothSidesHaveToldWhatCameOfIt() {
        // Given the folds of monitoring
        List<SlotFold> folds = new ArrayList<>();
        for (int model = 0; model < TRAFFIC.models(); model++) {
            folds.add(new SlotFold(FleetReports.model(model), FoldSettings.DEFAULTS, new Nowhere()));
        }
        // When six seconds are reported
        int closed = 0;
        for (long slot = FIRST_SLOT; slot < FIRST_SLOT + 6; slot++) {
            for (Due due : schedule.within(slot)) {
                closed += take(folds, due);
            }
        }
        // Then each second but the last is complete, that before the first report too, and nothing is late or invalid
        assertThat(closed).isEqualTo(6 * TRAFFIC.models());
    }

    private int take(List<SlotFold> folds, Due due) {
        int closed = 0;
        for (int model = due.reporter().fromModel(); model < due.reporter().toModel(); model++) {
            SlotFold fold = folds.get(model);
            Snapshot snapshot = reports.report(
                    due.reporter().process(), due.reporter().id(), model, due.slot(), due.quarter(), due.atMillis());
            assertThat(fold.accept(snapshot)).isEqualTo(new Accepted(0, 0, 0));
            for (ClosedSlot slot = fold.next(); slot != null; slot = fold.next()) {
                assertThat(slot.partial()).isFalse();
                assertThat(slot.whole()).hasSize(6);
                assertThat(due.quarter()).isEqualTo(FleetReports.QUARTERS);
                assertThat(slot.slot()).isEqualTo(due.slot());
                fold.closed(slot.slot());
                closed++;
            }
        }
        return closed;
    }

    /** Remembers nothing. */
    private static final class Nowhere implements Journal {
        @Override
        public void put(MemoryKey key, byte[] value) {}

        @Override
        public void delete(MemoryKey key) {}
    }
}
