package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalRateTest {
    private static final long MILLI = 1_000_000;

    /** So many items at once each millisecond from some time on. */
    private static void arrive(ArrivalRate rate, int items, long fromMillis, long untilMillis) {
        for (long at = fromMillis; at < untilMillis; at++) {
            rate.arrived(items, at * MILLI);
        }
    }

    @Test
    void aSteadyRateIsFoundWithinSomeWindows() {
        // Given 3,000 items a second for ten windows
        ArrivalRate rate = new ArrivalRate(50 * MILLI);

        // When
        arrive(rate, 3, 0, 500);

        // Then
        assertThat(rate.perSecond(500 * MILLI)).isCloseTo(3_000, within(50.0));
    }

    @Test
    void aShortWindowSeesABurstThatALongOneDoesNot() {
        // Given 500 items a second for five seconds, then 5,000 for 100 ms
        ArrivalRate shortOne = new ArrivalRate(50 * MILLI);
        ArrivalRate longOne = new ArrivalRate(ArrivalRate.SECOND_NANOS);
        for (ArrivalRate rate : new ArrivalRate[] {shortOne, longOne}) {
            for (long at = 0; at < 5_000; at += 2) {
                rate.arrived(1, at * MILLI);
            }
            arrive(rate, 5, 5_000, 5_100);
        }

        // Then: e^-2 of the short window is older, e^-0.1 of the long one
        assertThat(shortOne.perSecond(5_100 * MILLI)).isCloseTo(5_000 - 4_500 * Math.exp(-2), within(100.0));
        assertThat(longOne.perSecond(5_100 * MILLI)).isCloseTo(5_000 - 4_500 * Math.exp(-0.1), within(100.0));
    }

    @Test
    void nothingArrivesAndTheRateFades() {
        // Given
        ArrivalRate rate = new ArrivalRate(50 * MILLI);
        arrive(rate, 1, 0, 500);

        // When, Then
        assertThat(rate.perSecond(550 * MILLI)).isCloseTo(1_000 / Math.E, within(20.0));
        assertThat(rate.perSecond(10_000 * MILLI)).isLessThan(1e-6);
    }
}
