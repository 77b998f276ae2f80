package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.GammaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;

/** Boundaries against published values (confseq's tests, five digits), and mixtures against the mean that makes them valid. */
class MixtureBoundaryTest {
    private static final double BEST = 100;
    private static final double ALPHA = 0.05;

    @Test
    void normalMixturesHaveTheirPublishedValues() {
        NormalMixture two = NormalMixture.twoSided(BEST, ALPHA);
        NormalMixture one = NormalMixture.oneSided(BEST, ALPHA);
        assertThat(two.rho()).isCloseTo(12.60056, offset(5e-6));
        assertThat(two.logValue(10, 100)).isCloseTo(-0.6510052, offset(5e-8));
        assertThat(two.bound(100, ALPHA)).isCloseTo(30.35209, offset(5e-6));
        assertThat(one.logValue(10, 100)).isCloseTo(-0.06502391, offset(5e-9));
        assertThat(one.bound(100, ALPHA)).isCloseTo(27.66071, offset(5e-6));
    }

    @Test
    void gammaMixturesHaveTheirPublishedValues() {
        GammaExponentialMixture exponential = GammaExponentialMixture.of(BEST, ALPHA, 2);
        GammaPoissonMixture poisson = GammaPoissonMixture.of(BEST, ALPHA, 2);
        assertThat(exponential.logValue(10, 100)).isCloseTo(-0.2490165, offset(5e-8));
        assertThat(exponential.bound(100, ALPHA)).isCloseTo(33.02017, offset(5e-6));
        assertThat(poisson.logValue(10, 100)).isCloseTo(-0.06991219, offset(5e-9));
        assertThat(poisson.bound(100, ALPHA)).isCloseTo(30.1949, offset(5e-5));
    }

    @Test
    void betaBinomialMixturesHaveTheirPublishedValues() {
        BetaBinomialMixture two = BetaBinomialMixture.twoSided(BEST, ALPHA, 0.2, 0.8);
        BetaBinomialMixture one = BetaBinomialMixture.oneSided(BEST, ALPHA, 0.2, 0.8);
        assertThat(two.logValue(10, 100)).isCloseTo(-0.6941012, offset(5e-8));
        assertThat(two.bound(100, ALPHA)).isCloseTo(31.4308, offset(5e-5));
        assertThat(one.logValue(10, 100)).isCloseTo(-0.07134019, offset(5e-9));
        assertThat(one.bound(100, ALPHA)).isCloseTo(28.41238, offset(5e-6));
        // Then two units, both events, are the most that two units can show
        assertThat(one.bound(2 * 0.2 * 0.8, ALPHA)).isCloseTo(2 * 0.8, offset(1e-12));
    }

    @Test
    void stitchedBoundariesHaveTheirPublishedValues() {
        assertThat(new StitchedBoundary(10, 3).bound(100, ALPHA)).isCloseTo(64.48755, offset(5e-6));
        assertThat(new StitchedBoundary(10, -1).bound(100, ALPHA)).isCloseTo(28.99389, offset(5e-6));
        DoubleStitchedBoundary quantiles = new DoubleStitchedBoundary(100);
        assertThat(quantiles.bound(0.5, 1000, ALPHA)).isCloseTo(68.62803, offset(5e-6));
        assertThat(quantiles.bound(0.9, 1000, ALPHA)).isCloseTo(43.72119, offset(5e-6));
        assertThat(quantiles.bound(0.1, 1000, ALPHA)).isCloseTo(59.96521, offset(5e-6));
    }

    @Test
    void theMeanOfABetaBinomialMixtureIsOneAtTheHypothesisAndLessWithinIt() {
        double p = 0.2;
        for (int n : new int[] {2, 7, 40}) {
            for (double best : new double[] {0.5, 20, 3_000}) {
                BetaBinomialMixture two = BetaBinomialMixture.ofShare(p, best, ALPHA);
                BetaBinomialMixture one = BetaBinomialMixture.oneSided(p * (1 - p) * best, ALPHA, p, 1 - p);
                assertThat(binomialMean(two, n, p, p)).isCloseTo(1, offset(1e-10));
                assertThat(binomialMean(one, n, p, p)).isCloseTo(1, offset(1e-10));
                assertThat(binomialMean(one, n, p, 0.1)).isLessThan(1);
                assertThat(binomialMean(two, n, p, 0.1)).isGreaterThan(1);
            }
        }
    }

    private static double binomialMean(BetaBinomialMixture mixture, int n, double p, double truth) {
        double mean = 0;
        for (int k = 0; k <= n; k++) {
            mean += Exact.binomial(n, k, truth) * Math.exp(mixture.logValue(k - p * n, p * (1 - p) * n));
        }
        return mean;
    }

    @Test
    void theMeanOfAGammaPoissonMixtureOverPoissonCountsIsOne() {
        for (double rate : new double[] {0.3, 5, 60}) {
            GammaPoissonMixture mixture = GammaPoissonMixture.of(20, ALPHA, 1);
            assertThat(poissonMean(mixture, rate, rate)).isCloseTo(1, offset(1e-9));
            assertThat(poissonMean(mixture, rate, 0.8 * rate)).isLessThan(1);
        }
    }

    private static double poissonMean(GammaPoissonMixture mixture, double rate, double truth) {
        PoissonDistribution counts = PoissonDistribution.of(truth);
        double mean = 0;
        for (int n = 0; n < 1_000; n++) {
            mean += Math.exp(counts.logProbability(n) + mixture.logValue(n - rate, rate));
        }
        return mean;
    }

    @Test
    void theMeanOfAGammaExponentialMixtureOverExponentialValuesIsOne() {
        for (double n : new double[] {2, 9, 50}) {
            GammaExponentialMixture mixture = GammaExponentialMixture.of(20, ALPHA, 1);
            GammaDistribution sums = GammaDistribution.of(n, 1);
            // Given a polynomial tail, integrated over the logarithm of the sum
            DoubleUnaryOperator f = y -> {
                double x = Math.exp(y);
                return Math.exp(sums.logDensity(x) + mixture.logValue(x - n, n) + y);
            };
            assertThat(integral(f, Math.log(1e-9), Math.log(1e7)))
                    .as("of %s values", n)
                    .isCloseTo(1, offset(1e-6));
        }
    }

    @Test
    void theMeanOfANormalMixtureOverNormalSumsIsOne() {
        for (double v : new double[] {0.5, 10, 700}) {
            for (boolean oneSided : new boolean[] {false, true}) {
                NormalMixture mixture = new NormalMixture(1.3, oneSided);
                assertThat(normalMean(mixture, v, 0)).as("%s at %s", mixture, v).isCloseTo(1, offset(1e-6));
                assertThat(normalMean(mixture, v, 1)).as("%s at %s", mixture, v).isGreaterThan(1);
            }
            assertThat(normalMean(new NormalMixture(1.3, true), v, -0.5)).isLessThan(1);
        }
    }

    private static double normalMean(NormalMixture mixture, double v, double truth) {
        double sd = Math.sqrt(v);
        double reach = 50 * Math.max(1, sd) * sd;
        NormalDistribution sums = NormalDistribution.of(truth * sd, sd);
        return integral(x -> Math.exp(sums.logDensity(x) + mixture.logValue(x, v)), -reach, reach);
    }

    /** By Simpson's rule. */
    private static double integral(DoubleUnaryOperator f, double from, double to) {
        int steps = 200_000;
        double width = (to - from) / steps;
        double sum = f.applyAsDouble(from) + f.applyAsDouble(to);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * f.applyAsDouble(from + i * width);
        }
        return sum * width / 3;
    }

    @Test
    void everyMixtureEqualsTheMeanOfItsExponentials() {
        // Given a mixing law over x that each mixture claims, integrated numerically; rho 7, c 0.5
        double s = 11;
        double v = 60;
        NormalDistribution law = NormalDistribution.of(0, Math.sqrt(1 / 7.0));
        double normal = integral(x -> 2 * law.density(x) * Math.exp(x * s - x * x * v / 2), 0, 5);
        assertThat(new NormalMixture(7, true).logValue(s, v)).isCloseTo(Math.log(normal), offset(1e-6));
        assertThat(new GammaExponentialMixture(7, 0.5).logValue(s, v))
                .isCloseTo(
                        gammaMean(
                                s, v, x -> (-Math.log1p(-0.5 * x) - 0.5 * x) / 0.25, x -> 1 / (1 - 0.5 * x), 2 - 1e-9),
                        offset(1e-4));
        assertThat(new GammaPoissonMixture(7, 0.5).logValue(s, v))
                .isCloseTo(gammaMean(s, v, x -> (Math.expm1(0.5 * x) - 0.5 * x) / 0.25, x -> 1, 20), offset(1e-4));
    }

    /** The mixing law of both gamma mixtures is conjugate: {@code exp(-rho psi(x))} times a weight. */
    private static double gammaMean(
            double s, double v, DoubleUnaryOperator psi, DoubleUnaryOperator weight, double xMax) {
        DoubleUnaryOperator law = x -> weight.applyAsDouble(x) * Math.exp(-7 * psi.applyAsDouble(x));
        double mean = integral(x -> law.applyAsDouble(x) * Math.exp(x * s - v * psi.applyAsDouble(x)), 0, xMax);
        return Math.log(mean / integral(law, 0, xMax));
    }

    @Test
    void boundsAreWhereTheMixtureReachesItsLevelAndRiseWithVarianceAndConfidence() {
        List<MixtureBoundary> all = List.of(
                NormalMixture.twoSided(BEST, ALPHA),
                NormalMixture.oneSided(BEST, ALPHA),
                GammaExponentialMixture.of(BEST, ALPHA, 3),
                GammaPoissonMixture.of(BEST, ALPHA, 0.2),
                BetaBinomialMixture.twoSided(BEST, ALPHA, 0.3, 0.7),
                BetaBinomialMixture.oneSided(BEST, ALPHA, 2, 1));
        for (MixtureBoundary mixture : all) {
            double before = 0;
            for (double v : new double[] {60, 100, 3e3, 1e6, 1e12, 0x1p53}) {
                double bound = mixture.bound(v, 0.01);
                assertThat(mixture.logValue(bound, v))
                        .as("%s at %s", mixture, v)
                        .isCloseTo(Math.log(100), offset(1e-6));
                assertThat(bound)
                        .as("%s at %s", mixture, v)
                        .isGreaterThan(before)
                        .isLessThan(mixture.bound(v, 0.001));
                before = bound;
            }
        }
    }

    @Test
    void evidenceRisesWithTheSumAndStaysANumberFarOnBothSides() {
        List<MixtureBoundary> oneSided = List.of(
                NormalMixture.oneSided(BEST, ALPHA),
                GammaExponentialMixture.of(BEST, ALPHA, 1),
                GammaPoissonMixture.of(BEST, ALPHA, 1),
                BetaBinomialMixture.oneSided(BEST, ALPHA, 0.5, 0.5));
        for (MixtureBoundary mixture : oneSided) {
            for (double v : new double[] {25, 1e4, 1e9, 0x1p53}) {
                double before = Double.NEGATIVE_INFINITY;
                for (double share = -1.9; share <= 1.9; share += 0.1) {
                    double value = mixture.logValue(share * v, v);
                    assertThat(value)
                            .as("%s at %s of %s", mixture, share, v)
                            .isFinite()
                            .isGreaterThan(before);
                    before = value;
                }
                // Then the worst sum costs no more than a few powers of the variance
                assertThat(mixture.logValue(-1.9 * v, v)).isBetween(-45.0, -1.5);
            }
        }
        // And below its edge the gamma-exponential mixture goes on falling
        GammaExponentialMixture exponential = GammaExponentialMixture.of(BEST, ALPHA, 1);
        assertThat(exponential.logValue(-1e9, 10))
                .isLessThan(exponential.logValue(-1e6, 10))
                .isBetween(-25.0, -15.0);
        assertThat(exponential.logValue(-22.600001, 10)).isCloseTo(exponential.logValue(-22.599999, 10), offset(0.1));
    }

    @Test
    void countsNearTheGreatestKeepTheirDigits() {
        // Given 2^53 units with exactly the share of the hypothesis, and four standard deviations above it
        double n = 0x1p53;
        BetaBinomialMixture fair = BetaBinomialMixture.ofShare(0.5, 1e6, ALPHA);
        // Then the values are those of the normal limit, ln(r'/(n+r'))/2 + z^2/2 with r' = 4 r
        double prior = 4 * fair.r() + 1;
        double limit = 0.5 * Math.log(prior / (n + prior));
        assertThat(fair.logValueOfCounts(n / 2, n / 2)).isCloseTo(limit, offset(1e-4));
        double four = 4 * Math.sqrt(n) / 2;
        assertThat(fair.logValueOfCounts(n / 2 + four, n / 2 - four)).isCloseTo(limit + 8, offset(1e-4));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> NormalMixture.twoSided(0, ALPHA)).hasMessageContaining("variance is above 0");
        assertThatThrownBy(() -> NormalMixture.oneSided(10, 0.6)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new NormalMixture(Double.NaN, true)).hasMessageContaining("scale is above 0");
        assertThatThrownBy(() -> GammaPoissonMixture.of(10, ALPHA, 0)).hasMessageContaining("scale is above 0");
        assertThatThrownBy(() -> BetaBinomialMixture.ofShare(0.5, 10, ALPHA).logValue(30, 10))
                .hasMessageContaining("a sum lies between -20.0 and 20.0");
        assertThatThrownBy(() -> NormalMixture.twoSided(10, ALPHA).bound(-1, ALPHA))
                .hasMessageContaining("variance is above 0");
        assertThatThrownBy(() -> new StitchedBoundary(10, 1, 1, 2)).hasMessageContaining("above 1");
        assertThatThrownBy(() -> new DoubleStitchedBoundary(0.5)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new DoubleStitchedBoundary(10).bound(1, 10, ALPHA))
                .hasMessageContaining("between 0 and 1");
    }
}
