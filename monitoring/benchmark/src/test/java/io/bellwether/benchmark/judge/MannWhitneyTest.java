package io.bellwether.benchmark.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.benchmark.judge.KayentaScore.Direction;
import io.bellwether.benchmark.judge.KayentaScore.Label;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/** Against values of SciPy 1.17 ({@code mannwhitneyu}, {@code brentq} on the same statistic) and of Kayenta's own test. */
class MannWhitneyTest {
    private static final double WITHIN_ROOT = MannWhitney.TOLERANCE;

    /** Reproducible numbers that any language can make: x' = (1103515245 x + 12345) mod 2^31, over 2^31. */
    private static double[] values(long seed, DoubleUnaryOperator of) {
        double[] values = new double[30];
        long state = seed;
        for (int i = 0; i < values.length; i++) {
            state = (state * 1_103_515_245 + 12_345) % (1L << 31);
            values[i] = of.applyAsDouble((double) state / (1L << 31));
        }
        return values;
    }

    private static final double[] BASE = values(1, u -> 100 + 20 * u);
    private static final double[] EQUAL = values(2, u -> 100 + 20 * u);
    private static final double[] SHIFTED = values(2, u -> 105 + 20 * u);
    private static final double[] SCALED = values(2, u -> (100 + 20 * u) * 1.2);

    private static double pValue(double[] experiment, double[] control) {
        double z = Math.abs(MannWhitney.statistic(experiment, control, 0));
        return 2 * NormalDistribution.of(0, 1).survivalProbability(z);
    }

    private static double[] toFours(double[] values) {
        return Arrays.stream(values).map(v -> Math.rint(v / 4) * 4).toArray();
    }

    @Test
    void pValuesEqualThoseOfScipyWithAndWithoutTies() {
        assertThat(pValue(EQUAL, BASE)).isCloseTo(0.9823070530800847, offset(1e-12));
        assertThat(pValue(SHIFTED, BASE)).isCloseTo(0.003670893392450653, offset(1e-14));
        assertThat(pValue(SCALED, BASE)).isCloseTo(3.019859359162157e-11, offset(1e-22));
        assertThat(pValue(toFours(SHIFTED), toFours(BASE))).isCloseTo(0.008124327866924503, offset(1e-14));
    }

    @Test
    void intervalsEqualThoseOfAReferenceWithinTheToleranceOfTheRoot() {
        MannWhitney.Interval published =
                MannWhitney.interval(new double[] {10, 20, 30, 40}, new double[] {1, 2, 3, 4}, 0.95);
        assertThat(published.lower()).isCloseTo(6, offset(WITHIN_ROOT));
        assertThat(published.upper()).isCloseTo(39, offset(WITHIN_ROOT));
        assertThat(published.estimate()).isCloseTo(22.5, offset(WITHIN_ROOT));

        MannWhitney.Interval shifted = MannWhitney.interval(SHIFTED, BASE, 0.98);
        assertThat(shifted.lower()).isCloseTo(0.941549922336901, offset(WITHIN_ROOT));
        assertThat(shifted.upper()).isCloseTo(8.814058029138499, offset(WITHIN_ROOT));
        assertThat(shifted.estimate()).isCloseTo(4.951965430618549, offset(WITHIN_ROOT));

        MannWhitney.Interval scaled = MannWhitney.interval(SCALED, BASE, 0.98);
        assertThat(scaled.lower()).isCloseTo(17.47407958170209, offset(WITHIN_ROOT));
        assertThat(scaled.upper()).isCloseTo(26.364733326368828, offset(WITHIN_ROOT));
    }

    @Test
    void metricsAreClassifiedByAQuarterOfTheShift() {
        assertThat(KayentaScore.classify(EQUAL, BASE, Direction.EITHER)).isEqualTo(Label.PASS);
        // Given a lower bound of 0.94 and an estimate of 4.95, whose quarter is 1.24
        assertThat(KayentaScore.classify(SHIFTED, BASE, Direction.EITHER)).isEqualTo(Label.PASS);
        assertThat(KayentaScore.classify(SCALED, BASE, Direction.EITHER)).isEqualTo(Label.HIGH);
        assertThat(KayentaScore.classify(SCALED, BASE, Direction.DECREASE)).isEqualTo(Label.PASS);
        assertThat(KayentaScore.classify(BASE, SCALED, Direction.EITHER)).isEqualTo(Label.LOW);
        assertThat(KayentaScore.classify(BASE, SCALED, Direction.INCREASE)).isEqualTo(Label.PASS);
    }

    @Test
    void ofTenPointsEightMayBeAHundredTimesAsHigh() {
        for (int high = 0; high <= 10; high++) {
            double[] control = new double[10];
            double[] experiment = new double[10];
            for (int i = 0; i < 10; i++) {
                control[i] = 1 + 0.01 * i;
                experiment[i] = control[i] * (i < high ? 100 : 1);
            }
            assertThat(KayentaScore.classify(experiment, control, Direction.INCREASE))
                    .as("%d of ten points", high)
                    .isEqualTo(high >= 9 ? Label.HIGH : Label.PASS);
        }
    }

    @Test
    void theUnitDecidesBecauseTheRootIsFoundToAnAbsoluteTolerance() {
        double[] tinyBase = Arrays.stream(BASE).map(v -> v * 1e-8).toArray();
        double[] tinyScaled = Arrays.stream(SCALED).map(v -> v * 1e-8).toArray();
        assertThat(KayentaScore.classify(tinyScaled, tinyBase, Direction.EITHER))
                .isEqualTo(Label.PASS);
    }

    @Test
    void missingAndTiedDataAreNoHarm() {
        double[] nan = {Double.NaN, Double.NaN};
        assertThat(KayentaScore.classify(nan, BASE, Direction.EITHER)).isEqualTo(Label.NO_DATA);
        assertThat(KayentaScore.classify(new double[] {3, 3}, new double[] {3, 3, 3}, Direction.EITHER))
                .isEqualTo(Label.PASS);
        assertThatThrownBy(() -> MannWhitney.statistic(new double[] {3, 3}, new double[] {3}, 0))
                .hasMessageContaining("tied");
    }

    @Test
    void scoresAreSharesOfPassedGroupsAndHalfWithoutDataFails() {
        assertThat(KayentaScore.score(List.of(Label.PASS, Label.PASS, Label.PASS, Label.HIGH)))
                .isEqualTo(75);
        assertThat(KayentaScore.score(List.of(Label.PASS, Label.NO_DATA, Label.PASS, Label.PASS)))
                .isEqualTo(100);
        assertThat(KayentaScore.score(List.of(Label.PASS, Label.NO_DATA, Label.NO_DATA, Label.PASS)))
                .isZero();
    }
}
