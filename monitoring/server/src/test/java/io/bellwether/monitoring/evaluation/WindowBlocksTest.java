package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import org.junit.jupiter.api.Test;

class WindowBlocksTest {
    @Test
    void whatCameAfterAWindowIsKnownUpToABlockNoLongerThanIt() {
        // Given as many windows as a day has seconds, with one unit in each
        WindowBlocks blocks = new WindowBlocks(1);
        int windows = 86_400;
        for (int window = 0; window < windows; window++) {
            blocks.add(1_000 + window, new WindowBlocks.Counts(new long[] {1}, new long[] {2}));
        }

        // Then
        assertThat(blocks.since(0).control()).containsExactly(windows);
        assertThat(blocks.slotOf(0)).isEqualTo(1_000);
        for (int after = 1; after < windows; after += 97) {
            long known = blocks.since(windows - after).control()[0];
            assertThat(known).isBetween((after + 1L) / 2, (long) after);
            assertThat(blocks.slotOf(windows - after)).isEqualTo(1_000 + windows - known);
            assertThat(blocks.since(windows - after).candidate()).containsExactly(2 * known);
        }
        StateWriter out = new StateWriter();
        blocks.write(out);
        assertThat(out.longs()).hasSizeLessThan(1 + 34 * 5);
    }

    @Test
    void theLastWindowIsAlwaysKnownAndBeforeTheFirstThereIsNothing() {
        // Given
        WindowBlocks blocks = new WindowBlocks(2);
        assertThat(blocks.since(7).control()).containsExactly(0, 0);
        assertThat(blocks.slotOf(7)).isZero();

        // When
        blocks.add(5, new WindowBlocks.Counts(new long[] {1, 2}, new long[] {3, 4}));

        // Then
        assertThat(blocks.since(7).candidate()).containsExactly(3, 4);
        assertThat(blocks.slotOf(7)).isEqualTo(5);
    }

    @Test
    void itIsTheSameAfterItWasWrittenAndDamageIsRefused() {
        // Given
        WindowBlocks blocks = new WindowBlocks(1);
        for (int window = 0; window < 50; window++) {
            blocks.add(window, new WindowBlocks.Counts(new long[] {window}, new long[] {1}));
        }
        StateWriter out = new StateWriter();
        blocks.write(out);

        // When
        WindowBlocks read = new WindowBlocks(1);
        read.read(new StateReader(out.longs(), out.doubles()));
        StateWriter again = new StateWriter();
        read.write(again);

        // Then
        assertThat(again.longs()).isEqualTo(out.longs());
        long[] damaged = out.longs();
        damaged[4] = -1;
        assertThatThrownBy(() -> new WindowBlocks(1).read(new StateReader(damaged, out.doubles())))
                .isInstanceOf(IllegalArgumentException.class);
        damaged[0] = 1_000;
        assertThatThrownBy(() -> new WindowBlocks(1).read(new StateReader(damaged, out.doubles())))
                .hasMessageContaining("blocks");
    }
}
