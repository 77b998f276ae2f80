package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.GammaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/**
 * Against values of 30-digit quadrature and against Apache Commons Statistics where that does not vanish; and where two
 * regimes meet, against each other.
 */
class SpecialFunctionsTest {
    private static final double TWO_53 = 0x1p53;

    @Test
    void theGammaFunctionHasItsKnownValues() {
        double[][] known = {
            {1e-10, 23.0258509298827},
            {0.1, 2.25271265173421},
            {0.5, 0.5723649429247},
            {1, 0},
            {1.5, -0.120782237635245},
            {2, 0},
            {3.7, 1.42807232666539},
            {10, 12.8018274800815},
            {15.5, 26.5369144911156},
            {100.25, 360.284559637764},
            {1e6, 12815504.5691476},
            {1e15, 3.35387763949107e16},
        };
        for (double[] row : known) {
            assertThat(SpecialFunctions.logGamma(row[0])).as("at %s", row[0]).isCloseTo(row[1], near(row[1], 1e-14));
        }
    }

    @Test
    void incompleteBetaIntegralsHaveTheirValuesFromOneToTheGreatestCounts() {
        double[][] known = {
            {2.5, 3.5, 0.3, -0.258396127456839},
            {0.5, 0.7, 0.9, 2.45955912085317},
            {0.001, 50, 0.5, 41.5613290607877},
            {100, 200, 0.4, 1.65165536362774},
            {300.25, 20.5, 0.8, -3.80182721167245},
            {12000, 9000, 0.57, -4.35201244465319},
            {12000, 9000, 0.2, -8.96193422763314},
            {12000, 9000, 0.6, 32.1001420838419},
            {1048576, 1048576, 0.5, -6.35910674346546},
            {3e6, 1e6, 0.7499, -6.87144054767088},
            {TWO_53, TWO_53 / 2, 2 / 3.0, -17.5933027967585},
            {TWO_53, TWO_53 / 2, 0.5, -35.3505062085572},
            {TWO_53 / 2, TWO_53, 0.3333333, -19.9398491586881},
            {3, TWO_53, 3e-16, -0.266279951656676},
        };
        for (double[] row : known) {
            assertThat(SpecialFunctions.logScaledIncompleteBeta(row[0], row[1], row[2], 1 - row[2]))
                    .as("%s, %s at %s", row[0], row[1], row[2])
                    .isCloseTo(row[3], near(row[3], Math.max(row[0], row[1]) > 1e6 ? 1e-8 : 1e-11));
        }
    }

    @Test
    void incompleteGammaIntegralsHaveTheirValuesFromOneToTheGreatestCounts() {
        double[][] lower = {
            {0.1, 0.05, 2.34808840153599},
            {2.5, 1.5, -0.432905491500053},
            {30, 60, 8.42669522421638},
            {30, 20, -2.43993923130353},
            {1e4, 1e4, -4.37671441385206},
            {1e4, 1.05e4, 8.41213455864254},
            {3e6, 3e6, -7.23111650172613},
            {3e6, 2.99e6, -9.23827686800608},
            {1e12, 1e12 + 2e6, -10.919587655999},
            {TWO_53, TWO_53, -18.1426089293915},
            {TWO_53, TWO_53 / 2, -36.0436533891172},
        };
        double[][] upper = {
            {-3.5, 2, -1.77080777140042},
            {0.1, 0.05, 1.10823419692939},
            {2.5, 4, -1.03744301042575},
            {30, 60, -3.4607328353798},
            {30, 20, 1.36301100597972},
            {1e4, 1e4, -4.38203365975391},
            {1e4, 1.05e4, -6.25297250010694},
            {3e6, 3e6, -7.23142360763975},
            {3e6, 2.99e6, 10.1656736778231},
            {1e12, 1e12 + 2e6, -14.6797566518927},
            {TWO_53, TWO_53, -18.1426089349962},
            {TWO_53 / 2, TWO_53, -36.0436533891172},
        };
        for (double[] row : lower) {
            assertThat(SpecialFunctions.logScaledLowerGamma(row[0], row[1]))
                    .as("lower %s at %s", row[0], row[1])
                    .isCloseTo(row[2], near(row[2], row[0] > 1e6 ? 1e-8 : 1e-11));
        }
        for (double[] row : upper) {
            assertThat(SpecialFunctions.logScaledUpperGamma(row[0], row[1]))
                    .as("upper %s at %s", row[0], row[1])
                    .isCloseTo(row[2], near(row[2], row[0] > 1e6 ? 1e-8 : 1e-11));
        }
    }

    @Test
    void theNormalLawHasItsValuesFarIntoBothTails() {
        double[][] known = {
            {-1e6, -14.7344490911699},
            {-40, -4.60844201375379},
            {-8, -3.01343715991455},
            {-3.1, -2.13568845842123},
            {-2.9, -2.07905823494742},
            {-2.1, -1.81994422224398},
            {-1.9, -1.74528132554213},
            {-1, -1.34102164500926},
            {0, -0.693147180559945},
            {0.5, -0.243946415288656},
            {3, 4.49864919003525},
            {9, 40.5},
            {40, 800},
        };
        for (double[] row : known) {
            assertThat(SpecialFunctions.logScaledNormal(row[0]))
                    .as("at %s", row[0])
                    .isCloseTo(row[1], near(row[1], 2e-14));
        }
    }

    @Test
    void theZetaFunctionHasItsKnownValues() {
        assertThat(SpecialFunctions.zeta(1.4)).isCloseTo(3.10554727797758, offset(1e-13));
        assertThat(SpecialFunctions.zeta(2)).isCloseTo(Math.PI * Math.PI / 6, offset(1e-13));
        assertThat(SpecialFunctions.zeta(1.1)).isCloseTo(10.5844484649508, offset(1e-12));
        assertThat(SpecialFunctions.zeta(10)).isCloseTo(1.00099457512782, offset(1e-14));
    }

    @Test
    void scaledIntegralsAgreeWithDistributionFunctions() {
        SplittableRandom random = new SplittableRandom(31);
        for (int run = 0; run < 2_000; run++) {
            // Given parameters from a hundredth to a hundred thousand and a point within six standard deviations
            double a = Math.exp(random.nextDouble(Math.log(0.01), Math.log(1e5)));
            double b = Math.exp(random.nextDouble(Math.log(0.01), Math.log(1e5)));
            double spread = Math.sqrt(a * b / (a + b + 1)) / (a + b);
            double x = Math.min(0.999, Math.max(0.001, a / (a + b) + random.nextDouble(-6, 6) * spread));
            double g = Math.max(0.01 * a, a + random.nextDouble(-6, 6) * Math.sqrt(a));
            String what = "run " + run + ": a " + a + ", b " + b + ", x " + x + ", gamma at " + g;

            // Then
            double beta = SpecialFunctions.logScaledIncompleteBeta(a, b, x, 1 - x)
                    - SpecialFunctions.logScaledBeta(a, b, x, 1 - x);
            assertThat(Math.exp(beta))
                    .as(what)
                    .isCloseTo(BetaDistribution.of(a, b).cumulativeProbability(x), offset(1e-9));
            GammaDistribution gamma = GammaDistribution.of(a, 1);
            double whole = SpecialFunctions.logGamma(a) + g - a * Math.log(g);
            assertThat(Math.exp(SpecialFunctions.logScaledLowerGamma(a, g) - whole))
                    .as(what)
                    .isCloseTo(gamma.cumulativeProbability(g), offset(1e-9));
            assertThat(Math.exp(SpecialFunctions.logScaledUpperGamma(a, g) - whole))
                    .as(what)
                    .isCloseTo(gamma.survivalProbability(g), offset(1e-9));
            double z = random.nextDouble(-8, 8);
            assertThat(Math.exp(SpecialFunctions.logScaledNormal(z) - z * z / 2))
                    .as("run %d: z %s", run, z)
                    .isCloseTo(NormalDistribution.of(0, 1).cumulativeProbability(z), offset(1e-14));
        }
    }

    @Test
    void regimesMeetWithoutAStep() {
        // Given the seam between fractions and expansions at a million, crossed at many places of the argument
        for (double place = -8; place <= 8; place += 0.37) {
            double sd = place;
            assertSmooth("beta at " + place, a -> {
                double x = 0.5 + sd * 0.5 / Math.sqrt(2 * a);
                return SpecialFunctions.logScaledIncompleteBeta(a, a, x, 1 - x);
            });
            assertSmooth(
                    "lower gamma at " + place, a -> SpecialFunctions.logScaledLowerGamma(a, a + sd * Math.sqrt(a)));
            assertSmooth(
                    "upper gamma at " + place, a -> SpecialFunctions.logScaledUpperGamma(a, a + sd * Math.sqrt(a)));
        }
    }

    private static void assertSmooth(String what, DoubleUnaryOperator function) {
        double before = function.applyAsDouble(1e6 - 1e-3);
        double after = function.applyAsDouble(1e6 + 1e-3);
        assertThat(after).as(what).isCloseTo(before, offset(1e-8));
    }

    private static org.assertj.core.data.Offset<Double> near(double value, double relative) {
        return offset(relative * (1 + Math.abs(value)));
    }
}
