package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConditionalEProcessTest {
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);
    private static final OddsAlternatives SAFETY = OddsAlternatives.safety(1.25, 24);

    private static double logE(OddsAlternatives alternatives, EventTable... slots) {
        ConditionalEProcess process = new ConditionalEProcess(alternatives);
        for (EventTable slot : slots) {
            process.add(slot);
        }
        return process.logE();
    }

    @Test
    void theMixtureEqualsTheDefinitionInWholeNumbers() {
        // Given the definition, E = mean over g of (r/m)^k1 Z(m)/Z(r), r = m g, in exact arithmetic
        int n1 = 40;
        int n0 = 60;
        int k1 = 7;
        int k = 9;
        BigDecimal margin = BigDecimal.valueOf(1.25);
        double expected = 0;
        for (int i = 0; i < 30; i++) {
            double g = 1.05 * Math.pow(50 / 1.05, i / 29.0);
            BigDecimal r = BigDecimal.valueOf(1.25 * g);
            expected += Math.pow(g, k1)
                    * Math.exp(Exact.ln(Exact.z(n1, n0, k, margin)) - Exact.ln(Exact.z(n1, n0, k, r)))
                    / 30;
        }
        // Then
        assertThat(Math.exp(logE(HARM, new EventTable(n0, k - k1, n1, k1)))).isCloseTo(expected, offset(1e-9));
    }

    @Test
    void underEveryHypothesisTheMeanIsAtMostOneAndAtTheMarginItIsOne() {
        int[][] sizes = {{1, 1}, {3, 2}, {10, 4}, {25, 25}, {4, 60}};
        for (int[] size : sizes) {
            for (int k = 1; k < size[0] + size[1]; k += 1 + k / 6) {
                assertThat(mean(HARM, size[0], size[1], k, 1.25)).isCloseTo(1, offset(1e-10));
                assertThat(mean(SAFETY, size[0], size[1], k, 1.25)).isCloseTo(1, offset(1e-10));
                for (double within : new double[] {0.01, 0.5, 1, 1.2}) {
                    assertThat(mean(HARM, size[0], size[1], k, within)).isLessThanOrEqualTo(1 + 1e-12);
                }
                for (double beyond : new double[] {1.3, 2, 100}) {
                    assertThat(mean(SAFETY, size[0], size[1], k, beyond)).isLessThanOrEqualTo(1 + 1e-12);
                }
            }
        }
    }

    private static double mean(OddsAlternatives alternatives, int n1, int n0, int k, double odds) {
        double mean = 0;
        for (int k1 = Math.max(0, k - n0); k1 <= Math.min(n1, k); k1++) {
            mean += Exact.probability(n1, n0, k, k1, BigDecimal.valueOf(odds))
                    * Math.exp(logE(alternatives, new EventTable(n0, k - k1, n1, k1)));
        }
        return mean;
    }

    @Test
    void overTwoSlotsWithDifferentBaseRatesTheMeanStaysAtMostOne() {
        // Given binomial counts, a base rate that jumps by a factor of eight and a split that moves
        double mean = 0;
        double reached = 0;
        for (int a0 = 0; a0 <= 6; a0++) {
            for (int a1 = 0; a1 <= 3; a1++) {
                double first = Exact.binomial(6, a0, 0.05) * Exact.binomial(3, a1, withOdds(0.05, 1.25));
                for (int b0 = 0; b0 <= 4; b0++) {
                    for (int b1 = 0; b1 <= 7; b1++) {
                        double both = first * Exact.binomial(4, b0, 0.4) * Exact.binomial(7, b1, withOdds(0.4, 1.25));
                        double e = Math.exp(logE(HARM, new EventTable(6, a0, 3, a1), new EventTable(4, b0, 7, b1)));
                        mean += both * e;
                        reached += e >= 4 ? both : 0;
                    }
                }
            }
        }
        // Then the mean is one at the margin, and Markov's bound holds
        assertThat(mean).isCloseTo(1, offset(1e-9));
        assertThat(reached).isLessThanOrEqualTo(0.25);
    }

    private static double withOdds(double p, double ratio) {
        double odds = p / (1 - p) * ratio;
        return odds / (1 + odds);
    }

    @Test
    void aSlotThatCannotTellTheArmsApartChangesNothing() {
        for (OddsAlternatives side : new OddsAlternatives[] {HARM, SAFETY}) {
            ConditionalEProcess process = new ConditionalEProcess(side);
            process.add(EventTable.EMPTY);
            process.add(new EventTable(0, 0, 500, 17));
            process.add(new EventTable(500, 17, 0, 0));
            process.add(new EventTable(300, 0, 300, 0));
            process.add(new EventTable(300, 300, 300, 300));
            process.add(new EventTable(1L << 53, 1L << 52, 1L << 53, 1L << 52));
            assertThat(process.logE()).isCloseTo(0, offset(1e-12));
        }
    }

    @Test
    void harmRisesAndSafetyFallsWithEachEventOfTheCandidate() {
        for (int k1 = 1; k1 <= 20; k1++) {
            EventTable less = new EventTable(50, 20 - (k1 - 1), 40, k1 - 1);
            EventTable more = new EventTable(50, 20 - k1, 40, k1);
            assertThat(logE(HARM, more)).isGreaterThan(logE(HARM, less));
            assertThat(logE(SAFETY, more)).isLessThan(logE(SAFETY, less));
        }
    }

    @Test
    void rareEventsMultiplyLikeTossesOfABiasedCoin() {
        // Given 5 events of the candidate and 1 of the control among a million each: theta_r = r/(1+r)
        double expected = 0;
        for (int i = 0; i < 30; i++) {
            double r = 1.25 * 1.05 * Math.pow(50 / 1.05, i / 29.0);
            double theta = r / (1 + r);
            double thetaAtMargin = 1.25 / 2.25;
            expected += Math.pow(theta / thetaAtMargin, 5) * (1 - theta) / (1 - thetaAtMargin) / 30;
        }
        assertThat(logE(HARM, new EventTable(1_000_000, 1, 1_000_000, 5))).isCloseTo(Math.log(expected), offset(1e-4));
    }

    @Test
    void neverOverflowsVanishesOrTurnsIntoNoNumber() {
        SplittableRandom random = new SplittableRandom(5);
        ConditionalEProcess harm = new ConditionalEProcess(HARM);
        ConditionalEProcess safe = new ConditionalEProcess(SAFETY);
        for (int i = 0; i < 3000; i++) {
            long n1 = (long) Math.exp(random.nextDouble() * 13);
            long n0 = (long) Math.exp(random.nextDouble() * 13);
            EventTable slot = new EventTable(n0, 0, n1, random.nextLong(n1 + 1));
            harm.add(slot);
            safe.add(slot);
        }
        assertThat(harm.logE()).isGreaterThan(1e5).isLessThan(Double.POSITIVE_INFINITY);
        assertThat(safe.logE()).isLessThan(-1e5).isGreaterThan(Double.NEGATIVE_INFINITY);
    }

    @Test
    void theOrderOfSlotsDoesNotMatter() {
        EventTable a = new EventTable(40, 2, 60, 9);
        EventTable b = new EventTable(10, 5, 5, 1);
        EventTable c = new EventTable(400, 12, 300, 30);
        assertThat(logE(HARM, a, b, c)).isCloseTo(logE(HARM, c, b, a), offset(1e-12));
    }

    @Test
    void continuesExactlyFromItsComponents() {
        ConditionalEProcess whole = new ConditionalEProcess(HARM);
        whole.add(new EventTable(40, 2, 60, 9));
        ConditionalEProcess continued = new ConditionalEProcess(HARM);
        continued.restore(whole.logComponents());
        whole.add(new EventTable(70, 1, 30, 4));
        continued.add(new EventTable(70, 1, 30, 4));
        assertThat(continued.logComponents()).containsExactly(whole.logComponents());
        assertThatThrownBy(() -> continued.restore(new double[3])).hasMessageContaining("expected 30");
        assertThatThrownBy(() -> continued.restore(whole(30, Double.NaN))).hasMessageContaining("not a number");
    }

    private static double[] whole(int size, double value) {
        double[] values = new double[size];
        java.util.Arrays.fill(values, value);
        return values;
    }

    @Test
    void alternativesOnTheWrongSideAreRefused() {
        assertThatThrownBy(() -> OddsAlternatives.harm(1.25, 0.9, 50, 30)).hasMessageContaining("above the margin");
        assertThatThrownBy(() -> OddsAlternatives.safety(0.9, 24)).hasMessageContaining("below a margin");
        assertThatThrownBy(() -> new EventTable(3, 4, 0, 0)).hasMessageContaining("control events");
        assertThatThrownBy(() -> new EventTable(3, 0, 5, -1)).hasMessageContaining("candidate events");
    }

    @Test
    void oneSlotMovesItByNoMoreThanItsLimitAndManySlotsByMore() {
        // Given: a stall that slows 12 of 18 requests of one arm in one second, and none of 32 in the other
        EventTable stall = new EventTable(32, 0, 18, 12);
        ConditionalEProcess unlimited = new ConditionalEProcess(HARM);
        ConditionalEProcess limited = new ConditionalEProcess(HARM, 2);

        // When
        unlimited.add(stall);
        limited.add(stall);

        // Then
        assertThat(unlimited.logE()).isGreaterThan(6);
        assertThat(limited.logE()).isGreaterThan(1).isLessThanOrEqualTo(2);
        for (int slot = 1; slot < 5; slot++) {
            limited.add(stall);
        }
        assertThat(limited.logE()).isGreaterThan(6).isLessThanOrEqualTo(10);
    }

    @Test
    void aLimitLeavesWhatSpeaksAgainstHarmAsItIs() {
        // Given
        EventTable fine = new EventTable(100, 20, 100, 5);
        ConditionalEProcess unlimited = new ConditionalEProcess(HARM);
        ConditionalEProcess limited = new ConditionalEProcess(HARM, 2);

        // When
        unlimited.add(fine);
        limited.add(fine);

        // Then
        assertThat(limited.logE()).isEqualTo(unlimited.logE()).isNegative();
    }
}
