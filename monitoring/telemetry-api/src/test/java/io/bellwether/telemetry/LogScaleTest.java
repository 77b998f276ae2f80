package io.bellwether.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogScaleTest {
    private static final BigDecimal GAMMA = new BigDecimal("1.02");

    @Test
    void aValueOfOneOrLessIsInBucketZero() {
        assertThat(LogScale.index(Long.MIN_VALUE)).isZero();
        assertThat(LogScale.index(-1)).isZero();
        assertThat(LogScale.index(0)).isZero();
        assertThat(LogScale.index(1)).isZero();
    }

    /** Oracle: floor(ln(value) / ln(1.02)), computed elsewhere with 60 digits. */
    @Test
    void knownValuesFallInKnownBuckets() {
        assertThat(LogScale.index(2)).isEqualTo(35);
        assertThat(LogScale.index(10)).isEqualTo(116);
        assertThat(LogScale.index(1_000)).isEqualTo(348);
        assertThat(LogScale.index(1_000_000)).isEqualTo(697);
        assertThat(LogScale.index(1_000_000_000)).isEqualTo(1046);
        assertThat(LogScale.index(Long.MAX_VALUE)).isEqualTo(LogScale.INDEX_MAX);
    }

    @Test
    void everyBucketBeginsExactlyAtItsPowerOfGamma() {
        BigDecimal bound = BigDecimal.ONE;
        for (int i = 0; i <= LogScale.INDEX_MAX; i++) {
            // Given the exact bound 1.02^i and the whole number at or above it
            long first = bound.setScale(0, java.math.RoundingMode.CEILING).longValueExact();

            // Then that number is not below the bucket, and its predecessor is below it
            assertThat(LogScale.index(first)).isGreaterThanOrEqualTo(i);
            if (first > 1) {
                assertThat(LogScale.index(first - 1)).isLessThan(i);
            }
            bound = bound.multiply(GAMMA);
        }
    }

    @Test
    void theIndexNeverFallsAndItsBoundsHoldTheValue() {
        long seed = Long.getLong("seed", 7L);
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            // Given two neighbouring values of any size
            long value = (random.nextLong() & Long.MAX_VALUE) >>> random.nextInt(63);
            long next = value == Long.MAX_VALUE ? value : value + 1;

            // When
            int index = LogScale.index(value);

            // Then
            assertThat(LogScale.index(next)).as("seed=%d value=%d", seed, value).isGreaterThanOrEqualTo(index);
            if (value > 0 && value < 1L << 50) {
                assertThat((double) value)
                        .as("seed=%d value=%d", seed, value)
                        .isBetween(LogScale.lowerBound(index) * (1 - 1e-12), LogScale.lowerBound(index + 1));
            }
        }
    }

    @Test
    void aMarginIsRoundedUpToWholeBuckets() {
        assertThat(LogScale.bucketsAtLeast(1)).isZero();
        assertThat(LogScale.bucketsAtLeast(1.02)).isEqualTo(1);
        assertThat(LogScale.bucketsAtLeast(1.05)).isEqualTo(3);
        assertThat(LogScale.bucketsAtLeast(1.10)).isEqualTo(5);
        for (int n = 0; n <= LogScale.INDEX_MAX; n++) {
            assertThat(LogScale.bucketsAtLeast(LogScale.lowerBound(n))).isEqualTo(n);
        }
    }

    @Test
    void argumentsOutsideTheScaleAreRefused() {
        assertThatThrownBy(() -> LogScale.lowerBound(-1)).hasMessageContaining("between 0 and 2206");
        assertThatThrownBy(() -> LogScale.lowerBound(LogScale.INDEX_MAX + 2)).hasMessageContaining("got 2207");
        assertThatThrownBy(() -> LogScale.bucketsAtLeast(0.99)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> LogScale.bucketsAtLeast(Double.NaN)).hasMessageContaining("NaN");
    }
}
