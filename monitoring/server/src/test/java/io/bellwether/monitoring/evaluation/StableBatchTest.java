package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StableBatchTest {
    private final List<EventTable> tables = new ArrayList<>();
    private final StableBatch batch = new StableBatch(10, 5);

    private static EventTable table(long stable, long candidate) {
        return new EventTable(stable, 0, candidate, 0);
    }

    @Test
    void thinSlotsWaitForEachOther() {
        batch.add(100, 1_000, table(50, 4), tables::add);
        batch.add(101, 1_000, table(50, 5), tables::add);
        assertThat(tables).isEmpty();

        batch.add(102, 1_000, table(50, 1), tables::add);

        assertThat(tables).containsExactly(table(150, 10));
    }

    @Test
    void butNotForLong() {
        batch.add(100, 1_000, table(50, 1), tables::add);
        batch.add(104, 1_000, table(50, 1), tables::add);
        batch.add(200, 1_000, table(50, 1), tables::add);
        batch.add(300, 1_000, table(50, 1), tables::add);

        assertThat(tables).containsExactly(table(100, 2), table(50, 1));
    }

    @Test
    void aTableNeverHoldsRequestsOfTwoWeights() {
        batch.add(100, 1_000, table(90, 1), tables::add);
        batch.add(101, 1_000, table(90, 1), tables::add);
        batch.add(101, 2_500, table(75, 2), tables::add);
        batch.add(102, 2_500, table(75, 9), tables::add);

        assertThat(tables).containsExactly(table(180, 2), table(150, 11));
    }

    @Test
    void whatWaitsIsRemembered() {
        // Given
        batch.add(100, 1_000, table(90, 9), tables::add);
        StateWriter out = new StateWriter();
        batch.write(out);

        // When
        StableBatch same = new StableBatch(10, 5);
        same.read(new StateReader(out.longs(), out.doubles()));
        same.add(101, 1_000, table(90, 1), tables::add);

        // Then
        assertThat(tables).containsExactly(table(180, 10));
    }
}
