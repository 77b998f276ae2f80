package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HypergeometricTest {
    @Test
    void sumsEqualWholeNumberArithmeticOnEverySmallTable() {
        double[] odds = {0.02, 0.5, 1, 1.25, 3, 50};
        for (int n1 = 1; n1 <= 9; n1++) {
            for (int n0 = 1; n0 <= 9; n0++) {
                for (int k = 1; k < n1 + n0; k++) {
                    for (double r : odds) {
                        double expected = Exact.ln(Exact.z(n1, n0, k, BigDecimal.valueOf(r)))
                                - Math.log(Exact.choose(n1 + n0, k).doubleValue());
                        assertThat(new Hypergeometric(n1, n0, k).logSum(r))
                                .as("n1=%d n0=%d k=%d r=%s", n1, n0, k, r)
                                .isCloseTo(expected, offset(1e-13 * (1 + Math.abs(expected))));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000000, 1000000, 3000",
        "1000000, 20, 15",
        "37, 1000000, 1200",
        "1000000, 900000, 12",
        "40000, 60000, 50000",
        "60000, 20000, 70000",
        "5, 100000, 99000",
        "1073741824, 1073741824, 2500",
    })
    void sumsEqualSixtyDigitArithmeticOnLargeTables(long n1, long n0, long k) {
        for (double r : new double[] {0.02, 0.9, 1.05, 4, 62.5}) {
            double expected = Exact.logSum(n1, n0, k, r);
            assertThat(new Hypergeometric(n1, n0, k).logSum(r))
                    .as("r=%s", r)
                    .isCloseTo(expected, offset(2e-14 * k * (1 + Math.abs(Math.log(r)))));
        }
    }

    @Test
    void probabilitiesEqualTheLibraryDistribution() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 500; i++) {
            int n1 = 1 + random.nextInt(3000);
            int n0 = 1 + random.nextInt(3000);
            int k = 1 + random.nextInt(n1 + n0 - 1);
            HypergeometricDistribution oracle = HypergeometricDistribution.of(n1 + n0, n1, k);
            int j = oracle.inverseCumulativeProbability(random.nextDouble());
            assertThat(new Hypergeometric(n1, n0, k).logProbability(j))
                    .as("n1=%d n0=%d k=%d j=%d", n1, n0, k, j)
                    .isCloseTo(oracle.logProbability(j), offset(1e-9));
        }
    }

    @Test
    void aSumAtOddsOneIsTheSumOfAllProbabilities() {
        SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 300; i++) {
            long n1 = 1 + (long) Math.exp(random.nextDouble() * 20);
            long n0 = 1 + (long) Math.exp(random.nextDouble() * 20);
            long k = 1 + random.nextLong(n1 + n0 - 1);
            assertThat(new Hypergeometric(n1, n0, k).logSum(1))
                    .as("n1=%d n0=%d k=%d", n1, n0, k)
                    .isCloseTo(0, offset(1e-10));
        }
    }
}
