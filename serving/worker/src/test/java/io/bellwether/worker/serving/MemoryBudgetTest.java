package io.bellwether.worker.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.serving.MemoryBudget.Resident;
import io.bellwether.worker.serving.MemoryBudget.Room;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long MIB = 1L << 20;

    private final MemoryBudget budget = new MemoryBudget(100 * MIB);

    @Test
    void whatFitsSendsNobodyAway() {
        assertThat(budget.roomFor(40 * MIB, List.of(resident("a", 60, true, 1))))
                .isEqualTo(new Room.After<>(List.of()));
    }

    @Test
    void theLeastRecentlyUsedLeaveFirstAndNoMoreThanNeeded() {
        // Given
        List<Resident<String>> residents = List.of(
                resident("newest", 30, true, 30), resident("oldest", 30, true, 10), resident("middle", 30, true, 20));

        // Then
        assertThat(budget.roomFor(40 * MIB, residents)).isEqualTo(new Room.After<>(List.of("oldest")));
        assertThat(budget.roomFor(70 * MIB, residents)).isEqualTo(new Room.After<>(List.of("oldest", "middle")));
        assertThat(budget.roomFor(100 * MIB, residents))
                .isEqualTo(new Room.After<>(List.of("oldest", "middle", "newest")));
    }

    @Test
    void whoMustStayStays() {
        // Given
        List<Resident<String>> residents = List.of(resident("pinned", 50, false, 1), resident("b", 40, true, 2));

        // Then
        assertThat(budget.roomFor(50 * MIB, residents)).isEqualTo(new Room.After<>(List.of("b")));
        Room<String> none = budget.roomFor(51 * MIB, residents);
        assertThat(((Room.None<String>) none).reason())
                .contains("takes about 51 MiB")
                .contains("50 of 100 MiB are taken")
                .contains("worker.model-control.memory-mib-max");
    }

    private static Resident<String> resident(String who, long mebibytes, boolean evictable, long lastUsedNanos) {
        return new Resident<>(who, mebibytes * MIB, evictable, lastUsedNanos);
    }
}
