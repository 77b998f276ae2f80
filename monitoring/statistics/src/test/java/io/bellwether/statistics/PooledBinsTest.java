package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PooledBinsTest {
    @Test
    void finelyFilledBinsArePutTogetherUntilTheyAreFull() {
        // Given eight fine bins of ten units and one of what is no number
        long[] fine = {10, 10, 10, 10, 10, 10, 10, 10, 3};

        // When
        PooledBins bins = PooledBins.of(fine, 1, 4);

        // Then
        assertThat(bins.pool(fine)).containsExactly(20, 20, 20, 20, 3);
        assertThat(bins.first(1)).isEqualTo(2);
        assertThat(bins.last(1)).isEqualTo(3);
        assertThat(bins.first(4)).isEqualTo(8);
        assertThat(bins.last(4)).isEqualTo(8);
    }

    @Test
    void aBinThatIsFullByItselfStaysAlone() {
        // Given values that are nearly always the same
        long[] fine = {0, 1, 0, 97, 0, 2, 0, 0};

        // Then what lies below and above it can be told from it
        PooledBins bins = PooledBins.of(fine, 1, 10);
        assertThat(bins.pool(fine)).containsExactly(1, 97, 2, 0);
    }

    @Test
    void thereAreFewBinsAndNoUnitIsLostWhateverTheReferenceIs() {
        Random random = new Random(5);
        for (int run = 0; run < 500; run++) {
            // Given
            long[] fine = new long[2 + random.nextInt(254)];
            for (int bin = 0; bin < fine.length; bin++) {
                fine[bin] = random.nextInt(4) == 0 ? random.nextInt(1_000) : 0;
            }
            int most = 1 + random.nextInt(12);

            // When
            PooledBins bins = PooledBins.of(fine, 1, most);

            // Then
            assertThat(bins.size()).isBetween(2, 2 * most + 2);
            assertThat(Arrays.stream(bins.pool(fine)).sum())
                    .isEqualTo(Arrays.stream(fine).sum());
            assertThat(bins.last(bins.size() - 1)).isEqualTo(fine.length - 1);
        }
    }

    @Test
    void binsWithoutAnyInOrderAreRefused() {
        assertThatThrownBy(() -> PooledBins.of(new long[1], 1, 10)).hasMessageContaining("at least one bin in order");
    }
}
