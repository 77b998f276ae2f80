package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class NormalDistributionTest {
    private static final org.apache.commons.statistics.distribution.NormalDistribution ORACLE =
            org.apache.commons.statistics.distribution.NormalDistribution.of(0, 1);

    @Test
    void bothTailsEqualTheOracle() {
        for (double x = -37; x <= 9; x += 0.125) {
            double expected = ORACLE.cumulativeProbability(x);
            assertThat(NormalDistribution.cdf(x)).as("at %f", x).isCloseTo(expected, offset(1e-10 * expected + 1e-300));
            assertThat(NormalDistribution.logCdf(x)).as("log at %f", x).isCloseTo(Math.log(expected), offset(1e-9));
        }
        assertThat(1 - NormalDistribution.cdf(6)).isCloseTo(ORACLE.survivalProbability(6), offset(1e-15));
    }

    @Test
    void theLogarithmGoesOnWhereTheProbabilityIsZero() {
        // Given ln Phi(-x) = -x^2/2 - ln(x sqrt(2 pi)) - 1/x^2 + O(x^-4)
        double x = 1_000;
        double expected = -x * x / 2 - Math.log(x * Math.sqrt(2 * Math.PI)) - 1 / (x * x);
        assertThat(NormalDistribution.logCdf(-x)).isCloseTo(expected, offset(1e-9));
        assertThat(NormalDistribution.cdf(-x)).isZero();
        assertThat(NormalDistribution.cdf(x)).isEqualTo(1);
        assertThat(NormalDistribution.cdf(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(NormalDistribution.cdf(Double.NEGATIVE_INFINITY)).isZero();
    }
}
