package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static double odds(double share) {
        return share / (1 - share);
    }

    /** Errors of both arms until {@code ln 100} nats. */
    private static double errorsUntilLn100(double control, double candidate, double margin, double share) {
        EvidenceRate rate = EvidenceRate.ofOdds(control, odds(candidate) / odds(control), margin, share);
        return Math.log(100) / rate.nats() * (share * candidate + (1 - share) * control);
    }

    @Test
    void theInformationBoundsOfErrorsAreTheRecordedOnes() {
        assertThat(errorsUntilLn100(0.001, 0.005, 1.25, 0.05)).isCloseTo(39, offset(0.6));
        assertThat(errorsUntilLn100(0.001, 0.005, 1.25, 0.1)).isCloseTo(25, offset(0.6));
        assertThat(errorsUntilLn100(0.001, 0.005, 1.25, 0.5)).isCloseTo(26, offset(0.6));
        assertThat(errorsUntilLn100(0.001, 0.002, 1.25, 0.1)).isCloseTo(310, offset(3.0));
    }

    @Test
    void theInformationBoundsOfPromotionAreTheRecordedOnes() {
        // Given equal candidates, beta 5 %, half of the traffic each
        assertThat(Math.log(20) / EvidenceRate.ofOdds(0.001, 1, 1.5, 0.5).nats())
                .isCloseTo(147_000, withPercentage(1));
        assertThat(Math.log(20) / EvidenceRate.ofOdds(0.001, 1, 1.25, 0.5).nats())
                .isCloseTo(484_000, withPercentage(1));
        double above = NormalDistribution.cdf(-Math.log(1.03) / 0.6);
        assertThat(Math.log(20) / EvidenceRate.ofOdds(0.5, odds(above), 1, 0.5).nats())
                .isCloseTo(15_000, withPercentage(4));
        // And the clean units that a floor of half a percent takes
        assertThat(Math.log(20) / EvidenceRate.ofShare(1e-12, 0.005).nats()).isCloseTo(598, offset(1.0));
    }

    @Test
    void noEvidenceGrowsAtTheMarginOrWithoutAnEffect() {
        assertThat(EvidenceRate.ofOdds(0.01, 1.25, 1.25, 0.3).nats()).isCloseTo(0, offset(1e-15));
        assertThat(EvidenceRate.ofPairs(0.03, 0.035, 0.005).nats()).isCloseTo(0, offset(1e-12));
        assertThat(EvidenceRate.ofMean(-1, 4, 2)).isEqualTo(new EvidenceRate(0, 0));
        Forecast forecast = new Forecast(0.01);
        assertThat(forecast.units(new EvidenceRate(0, 0))).isInfinite();
        assertThat(forecast.power(new EvidenceRate(0, 0), 1e9)).isZero();
        assertThat(forecast.power(new EvidenceRate(0.1, 0), 50)).isZero();
        assertThat(forecast.power(new EvidenceRate(0.1, 0), 70)).isEqualTo(1);
        assertThat(forecast.power(new EvidenceRate(1e-9, 1), 0)).isZero();
    }

    @Test
    void smallEffectsHaveTheRateOfTheNormalLimit() {
        // Given nats = (ln r)^2/2 rho (1-rho) p (1-p), delta^2/(2d), m^2/(2v)
        assertThat(EvidenceRate.ofOdds(0.2, Math.exp(0.01), 1, 0.3).nats())
                .isCloseTo(1e-4 / 2 * 0.21 * 0.16, withPercentage(1));
        assertThat(EvidenceRate.ofOdds(0.2, Math.exp(0.01), 1, 0.3).variance())
                .isCloseTo(1e-4 * 0.21 * 0.16, withPercentage(1));
        assertThat(EvidenceRate.ofPairs(0.0495, 0.0505, 0).nats()).isCloseTo(1e-6 / 0.2, withPercentage(1));
        assertThat(EvidenceRate.ofPairs(0.05, 0.05, 0.001).nats()).isCloseTo(1e-6 / 0.2, withPercentage(3));
        assertThat(EvidenceRate.ofMean(0.01, 4, 2).nats()).isCloseTo(1e-4 / 8, withPercentage(1));
        assertThat(EvidenceRate.ofMean(0.1, 4, 200).nats()).isCloseTo(0.1 / 400, withPercentage(6));
    }

    @Test
    void theChanceOfHavingConcludedIsTheSimulatedOne() {
        // Given 2 % failures against 3.9 %, margin 1.25, level 1 %
        Forecast forecast = new Forecast(0.01);
        double ratio = odds(0.039) / odds(0.02);
        EvidenceRate rate = EvidenceRate.ofOdds(0.02, ratio, 1.25, 0.5);
        double expected = forecast.units(rate);
        int runs = 200;
        int[] concluded = new int[3];
        double[] factors = {0.6, 1, 1.6};
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            ConditionalEProcess harm = new ConditionalEProcess(OddsAlternatives.harm(1.25, 1.05, 50, 30));
            double units = 0;
            while (harm.logE() < Math.log(100)) {
                harm.add(new EventTable(50, events(random, 50, 0.02), 50, events(random, 50, 0.039)));
                units += 100;
            }
            for (int i = 0; i < 3; i++) {
                concluded[i] += units <= factors[i] * expected ? 1 : 0;
            }
        }
        for (int i = 0; i < 3; i++) {
            // Then it lies between the chances for a third less and a third more
            double power = forecast.power(rate, factors[i] * expected);
            double less = forecast.power(rate, factors[i] * expected / 1.33);
            double more = forecast.power(rate, factors[i] * expected * 1.33);
            System.out.printf(
                    "forecast %.0f units times %.1f: chance %.2f, simulated %.2f%n",
                    expected, factors[i], power, concluded[i] / (double) runs);
            assertThat(concluded[i]).isBetween(BinomialBound.least(runs, less), BinomialBound.most(runs, more));
        }
    }

    private static long events(Random random, int count, double share) {
        long events = 0;
        for (int i = 0; i < count; i++) {
            events += random.nextDouble() < share ? 1 : 0;
        }
        return events;
    }

    @Test
    void theSmallestDetectableEffectIsTheOneWithJustThatChance() {
        Forecast forecast = new Forecast(0.0035);
        double found = forecast.smallestDetectable(
                        20_000, 0.9, ratio -> EvidenceRate.ofOdds(0.01, ratio, 1.25, 0.5), 1.25, 50)
                .orElseThrow();
        assertThat(forecast.power(EvidenceRate.ofOdds(0.01, found, 1.25, 0.5), 20_000))
                .isCloseTo(0.9, offset(1e-6));
        assertThat(found).isBetween(1.5, 3.0);
        assertThat(forecast.smallestDetectable(10, 0.9, ratio -> EvidenceRate.ofOdds(0.01, ratio, 1.25, 0.5), 1.25, 50))
                .isEmpty();
        assertThat(forecast.seconds(new EvidenceRate(0.01, 0.02), 50))
                .isCloseTo((Math.log(1 / 0.0035) + 1.5) / 0.5, offset(1e-9));
        assertThat(forecast.seconds(new EvidenceRate(0.01, 0.02), 0)).isInfinite();
    }

    @Test
    void powerGrowsWithUnitsAndStaysAProbability() {
        Forecast forecast = new Forecast(1e-9);
        EvidenceRate rate = EvidenceRate.ofShare(0.02, 0.01);
        double last = 0;
        for (double units = 1; units < 1e9; units *= 1.5) {
            double power = forecast.power(rate, units);
            assertThat(power).as("%f units", units).isBetween(last - 1e-12, 1.0);
            last = power;
        }
        assertThat(last).isCloseTo(1, offset(1e-9));
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new Forecast(0)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new EvidenceRate(-1, 0)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> EvidenceRate.ofOdds(0, 2, 1, 0.5)).hasMessageContaining("strictly between 0 and 1");
        assertThatThrownBy(() -> EvidenceRate.ofOdds(0.1, 0, 1, 0.5)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> EvidenceRate.ofPairs(0.6, 0.6, 0)).hasMessageContaining("sum to at most 1");
        assertThatThrownBy(() -> EvidenceRate.ofMean(1, -1, 1)).hasMessageContaining("variance");
    }
}
