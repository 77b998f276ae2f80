package io.bellwether.worker.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostMeterTest {
    private static final BigInteger NANOS_PER_HOUR = BigInteger.valueOf(3_600_000_000_000L);

    @Test
    void aCoreHourOfFourCentsCostsOnePicoUsdEachNinetyNanos() {
        // Given: 0.04 USD an hour is 1/90 picoUSD a nanosecond
        CostMeter meter = new CostMeter(40_000_000_000L);

        // Then
        assertThat(meter.charge(90)).isEqualTo(1);
        assertThat(meter.charge(89)).isEqualTo(0);
        assertThat(meter.charge(1)).isEqualTo(1);
    }

    @Test
    void anHourCostsThePrice() {
        assertThat(new CostMeter(2_500_000_000_000L).charge(3_600_000_000_000L)).isEqualTo(2_500_000_000_000L);
        assertThat(new CostMeter(0).charge(3_600_000_000_000L)).isZero();
    }

    @Test
    void nothingIsRoundedAwayOverManyCharges() {
        long seed = Long.getLong("seed", 7L);
        Random random = new Random(seed);
        for (int run = 0; run < 50; run++) {
            // Given
            long price = Math.floorMod(random.nextLong(), 30_000_000_000_000L);
            CostMeter meter = new CostMeter(price);
            long nanosTotal = 0;
            long picoUsdTotal = 0;

            // When
            for (int i = 0; i < 2000; i++) {
                long nanos = Math.floorMod(random.nextLong(), i % 100 == 0 ? 1_000_000_000_000L : 5_000_000L);
                nanosTotal += nanos;
                picoUsdTotal += meter.charge(nanos);
            }

            // Then
            BigInteger expected = BigInteger.valueOf(nanosTotal)
                    .multiply(BigInteger.valueOf(price))
                    .divide(NANOS_PER_HOUR);
            assertThat(BigInteger.valueOf(picoUsdTotal))
                    .as("seed %d, run %d", seed, run)
                    .isEqualTo(expected);
        }
    }

    @Test
    void negativeTimeOrPriceIsAFaultOfTheCaller() {
        assertThatThrownBy(() -> new CostMeter(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CostMeter(1).charge(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
