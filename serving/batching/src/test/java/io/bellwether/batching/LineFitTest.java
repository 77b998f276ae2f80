package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LineFitTest {
    private static final double NO_FORGETTING = 1;

    private final LineFit line = new LineFit();

    @Test
    void withEqualWeightsItIsOrdinaryLeastSquares() {
        // Given: the first data set of Anscombe (Graphs in Statistical Analysis, 1973), residual deviation 1.237
        long[] x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
        double[] y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};

        // When
        for (int i = 0; i < x.length; i++) {
            line.add(x[i], y[i], 1, NO_FORGETTING);
        }
        LatencyFit fit = line.fit(1.2366, x.length);

        // Then: y = 3.00 + 0.500 x, standard errors 1.125 and 0.118 as published
        assertThat(fit.alphaNanos()).isCloseTo(3.0001, within(1e-4));
        assertThat(fit.betaNanos()).isCloseTo(0.5001, within(1e-4));
        assertThat(Math.sqrt(fit.alphaVariance())).isCloseTo(1.125, within(1e-3));
        assertThat(Math.sqrt(fit.betaVariance())).isCloseTo(0.118, within(1e-3));
        // At the mean of x the error of the line is that of the mean of y: 1.2366 / sqrt(11)
        assertThat(fit.standardErrorNanos(9)).isCloseTo(1.2366 / Math.sqrt(11), within(1e-4));
        assertThat(fit.runs()).isEqualTo(11);
    }

    @Test
    void anOlderRunCountsLessByTheFactor() {
        // When
        line.add(1, 100, 1, 0.5);
        line.add(1, 200, 1, 0.5);

        // Then: (0.5 x 100 + 200) / 1.5, and one size tells no slope
        assertThat(line.alpha()).isCloseTo(250 / 1.5, within(1e-9));
        assertThat(line.beta()).isZero();
    }

    @Test
    void errorsCountRelativeToTheScale() {
        // Given: two runs of one size, the second on a scale of three
        line.add(1, 100, 1, NO_FORGETTING);
        line.add(1, 200, 3, NO_FORGETTING);

        // Then: weights 1 and 1/9
        assertThat(line.alpha()).isCloseTo((100 + 200 / 9.0) / (10 / 9.0), within(1e-9));
    }

    @Test
    void largerRunsAreNeverShorter() {
        line.add(1, 30, 1, NO_FORGETTING);
        line.add(3, 10, 1, NO_FORGETTING);

        assertThat(line.beta()).isZero();
        assertThat(line.alpha()).isCloseTo(20, within(1e-9));
    }

    @Test
    void nothingTakesLessThanNothing() {
        // Given: the line through both meets 0 at one cell
        line.add(2, 10, 1, NO_FORGETTING);
        line.add(3, 20, 1, NO_FORGETTING);

        // Then: through the origin, (2 x 10 + 3 x 20) / (4 + 9)
        assertThat(line.alpha()).isZero();
        assertThat(line.beta()).isCloseTo(80 / 13.0, within(1e-9));
    }

    @Test
    void theWarmUpHoldsTheSlopeWhereTrafficBringsOneSizeOnly() {
        // Given: a warm-up of 2 + 1 a cell, then runs of ten cells that take twice as long
        line.seed(1, 3);
        line.seed(10, 12);
        for (int i = 0; i < 1_000; i++) {
            line.add(10, 24, 24, LineFit.FORGETTING);
        }

        // Then: all of the line has moved up by two
        assertThat(line.at(10)).isCloseTo(24, within(0.1));
        assertThat(line.at(1)).isCloseTo(6, within(0.2));
    }
}
