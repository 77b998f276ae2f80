package io.bellwether.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against published numbers, and the mean under the null hypothesis by adding up every possible outcome. */
class FailureLikelihoodTest {

    private static final double[] RATIOS = {3, 10, 100, 1_000};

    /** Fisher, "The Design of Experiments" (1935): all of four cups right by chance in 1 of 70 cases. */
    @Test
    void theTeaOfTheLady() {
        double logOdds = FailureLikelihood.logOdds(slice(0, 4, 4, 0), 3);

        // Weights C(4,j)^2 3^j add up to 1 + 48 + 324 + 432 + 81.
        assertThat(Math.exp(logOdds)).isCloseTo(81.0 / 886 * 70, within(1e-12));
    }

    @Test
    void aSliceThatCannotTellTheArmsApartSaysNothing() {
        assertThat(FailureLikelihood.logOdds(slice(5, 0, 9, 0), 10)).isZero();
        assertThat(FailureLikelihood.logOdds(slice(0, 5, 0, 9), 10)).isCloseTo(0, within(1e-12));
        assertThat(FailureLikelihood.logOdds(slice(3, 2, 0, 0), 10)).isCloseTo(0, within(1e-12));
    }

    @Test
    void theMeanIsOneAtEqualOddsAndLessBelow() {
        for (double ratio : RATIOS) {
            for (int n1 = 1; n1 <= 7; n1++) {
                for (int n0 = 1; n0 <= 9; n0++) {
                    for (int k = 0; k <= n1 + n0; k++) {
                        String place = "ratio %s, n1 %d, n0 %d, k %d".formatted(ratio, n1, n0, k);
                        assertThat(mean(n1, n0, k, ratio, 1)).as(place).isCloseTo(1, within(1e-9));
                        assertThat(mean(n1, n0, k, ratio, 0.5)).as(place).isLessThan(1 + 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void manyRequestsDoNotOverflow() {
        double logOdds = FailureLikelihood.logOdds(slice(0, 20_000, 60_000, 0), 1_000);

        assertThat(logOdds).isFinite().isGreaterThan(10_000);
        assertThat(FailureLikelihood.logOdds(slice(10_000, 10_000, 30_000, 30_000), 1_000))
                .isFinite()
                .isLessThan(-10_000);
    }

    @Test
    void theFloorIsBernoulli() {
        // (0.5/0.1)^2 * (0.5/0.9)^3
        assertThat(Math.exp(FailureLikelihood.logFloor(2, 3, 0.5, 0.1))).isCloseTo(25.0 * 125 / 729, within(1e-12));
    }

    /** Mean of the likelihood ratio when the candidate's odds are {@code trueRatio} times the stable version's. */
    private static double mean(int n1, int n0, int k, double ratio, double trueRatio) {
        double mass = 0;
        double mean = 0;
        for (int k1 = Math.max(0, k - n0); k1 <= Math.min(n1, k); k1++) {
            double weight = binomial(n1, k1) * binomial(n0, k - k1) * Math.pow(trueRatio, k1);
            mass += weight;
            mean += weight * Math.exp(FailureLikelihood.logOdds(slice(n1 - k1, k1, n0 - (k - k1), k - k1), ratio));
        }
        return mean / mass;
    }

    private static double binomial(int n, int k) {
        double value = 1;
        for (int i = 1; i <= k; i++) {
            value = value * (n - k + i) / i;
        }
        return value;
    }

    private static SliceCounts slice(long good, long failed, long stableGood, long stableFailed) {
        return new SliceCounts(good, failed, 0, 0, stableGood, stableFailed, 0);
    }
}
