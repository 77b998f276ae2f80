package io.bellwether.routing.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HedgeGateTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final HedgeSettings USUAL = new HedgeSettings(0.95, 10 * MILLI, 0.02, 10);

    private long nowNanos = 5 * SECOND;

    @Test
    void theDelayIsUnknownUntilHundredTimesAreKnownAndNeverBelowTheFloor() {
        // Given
        HedgeGate gate = new HedgeGate(USUAL, nowNanos);

        // When
        for (int i = 0; i < 99; i++) {
            gate.onTime(MILLI, nowNanos);
        }
        long before = gate.onSent(nowNanos);
        gate.onTime(MILLI, nowNanos);
        nowNanos += SECOND;

        // Then
        assertThat(before).isEqualTo(HedgeGate.NEVER);
        assertThat(gate.onSent(nowNanos)).isEqualTo(10 * MILLI);
    }

    @Test
    void theDelayIsTheQuantileOfTheTimesUpToAnEighth() {
        Seeds.forEach(200, seed -> {
            // Given
            Random random = new Random(seed);
            double share = 0.05 + 0.15 * random.nextDouble();
            double quantile = 0.5 + 0.49 * random.nextDouble();
            HedgeGate gate = new HedgeGate(new HedgeSettings(quantile, MILLI, share, 10), 0);
            long[] times = random.doubles(100 + random.nextInt(2_000))
                    .mapToLong(draw -> (long) (2 * MILLI * Math.exp(3 * draw)))
                    .toArray();

            // When
            Arrays.stream(times).forEach(time -> gate.onTime(time, 0));
            long delay = gate.onSent(2 * SECOND);

            // Then
            Arrays.sort(times);
            double waited = Math.max(quantile, 1 - share / 2);
            long exact = times[(int) Math.ceil(waited * times.length) - 1];
            assertThat(delay).isBetween(exact, exact + exact / 8 + 1);
        });
    }

    @Test
    void whatIsAMinuteOldIsForgotten() {
        // Given
        HedgeGate gate = new HedgeGate(USUAL, nowNanos);
        for (int i = 0; i < 200; i++) {
            gate.onTime(500 * MILLI, nowNanos);
        }

        // When
        nowNanos += 59 * SECOND;
        long then = gate.onSent(nowNanos);
        for (int i = 0; i < 200; i++) {
            gate.onTime(20 * MILLI, nowNanos);
        }
        nowNanos += 31 * SECOND;
        long later = gate.onSent(nowNanos);
        for (int i = 0; i < 200; i++) {
            gate.onTime(20 * MILLI, nowNanos);
        }
        nowNanos += 61 * SECOND;

        // Then
        assertThat(then).isBetween(500 * MILLI, 563 * MILLI);
        assertThat(later).isBetween(20 * MILLI, 23 * MILLI);
        assertThat(gate.onSent(nowNanos)).isEqualTo(HedgeGate.NEVER);
    }

    @Test
    void copiesAreNeverMoreThanTheShareAndTheBurst() {
        Seeds.forEach(100, seed -> {
            // Given
            Random random = new Random(seed);
            double share = 0.001 + 0.199 * random.nextDouble();
            int burst = 1 + random.nextInt(20);
            HedgeGate gate = new HedgeGate(new HedgeSettings(0.5, MILLI, share, burst), 0);
            int copies = 0;

            // When, however often copies are asked for
            for (int requests = 1; requests <= 5_000; requests++) {
                gate.onSent(requests);
                int asked = random.nextInt(4);
                for (int i = 0; i < asked; i++) {
                    if (gate.decide(random.nextInt(10) == 0, random.nextInt(10) != 0, requests) == HedgeVerdict.GOES) {
                        copies++;
                    }
                }
                // Then
                assertThat((double) copies).isLessThanOrEqualTo(burst + share * requests + 1e-3 * requests);
            }
            assertThat((double) copies).isGreaterThan(0.5 * share * 5_000);
        });
    }

    @Test
    void theWorstReasonComesFirstAndCostsNothing() {
        // Given
        HedgeGate gate = new HedgeGate(new HedgeSettings(0.95, MILLI, 0.001, 1), nowNanos);

        // Then
        assertThat(gate.decide(true, false, nowNanos)).isEqualTo(HedgeVerdict.BUSY);
        assertThat(gate.decide(false, false, nowNanos)).isEqualTo(HedgeVerdict.NO_WORKER);
        gate.onLost(nowNanos);
        assertThat(gate.decide(false, true, nowNanos)).isEqualTo(HedgeVerdict.PAUSED);
        assertThat(gate.decide(false, true, nowNanos + HedgeGate.PAUSE_NANOS - 1))
                .isEqualTo(HedgeVerdict.PAUSED);
        assertThat(gate.decide(false, true, nowNanos + HedgeGate.PAUSE_NANOS)).isEqualTo(HedgeVerdict.GOES);
        assertThat(gate.decide(false, true, nowNanos + HedgeGate.PAUSE_NANOS)).isEqualTo(HedgeVerdict.NO_BUDGET);
    }

    /** With a delay at the 0.95 quantile, late requests would take all that a share of 0.02 saves, long before a hang. */
    @Test
    void whatIsMerelySlowLeavesHalfOfTheCopiesForAHang() {
        Seeds.forEach(50, seed -> {
            // Given times that spread as in a batching server
            Random random = new Random(seed);
            HedgeGate gate = new HedgeGate(USUAL, 0);
            long now = 0;
            int copies = 0;
            int requests = 20_000;

            // When
            for (int i = 0; i < requests; i++) {
                now += 5 * MILLI;
                long delay = gate.onSent(now);
                long time = (long) (15 * MILLI * Math.exp(0.6 * random.nextGaussian()));
                if (time > delay && gate.decide(false, true, now) == HedgeVerdict.GOES) {
                    copies++;
                }
                gate.onTime(time, now);
            }
            int saved = 0;
            while (gate.decide(false, true, now) == HedgeVerdict.GOES) {
                saved++;
            }

            // Then
            assertThat(copies).isLessThan((int) (0.012 * requests));
            assertThat(saved).isGreaterThanOrEqualTo(5);
        });
    }
}
