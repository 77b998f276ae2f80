package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyModelTest {
    private static final LatencyFit TRUTH = LatencyFit.exact(2_000_000, 500_000, 0.04);

    private final LatencyModel model = new LatencyModel();

    private static long nanos(long cells, SplittableRandom random) {
        return Math.round(TRUTH.meanNanos(cells) * (1 + 0.04 * random.nextGaussian()));
    }

    @Test
    void nothingIsKnownBeforeEightRuns() {
        for (int i = 1; i < LatencyModel.RUNS_UNTIL_KNOWN; i++) {
            model.observe(4, 4_000_000);
        }
        assertThat(model.knows(1)).isFalse();
        assertThat(model.runs()).isEqualTo(7);

        model.observe(4, 4_000_000);

        assertThat(model.knows(1)).isTrue();
        assertThat(model.knows(4)).isTrue();
        assertThat(model.knows(5)).as("beyond the one size that ran").isFalse();
        assertThat(model.meanNanos(4)).isEqualTo(4_000_000);
    }

    @Test
    void twoSizesTellOfAllOthers() {
        model.seed(1, 2_500_000);
        assertThat(model.knows(2)).isFalse();

        model.seed(8, 6_000_000);

        assertThat(model.knows(2)).isTrue();
        assertThat(model.knows(1_000)).isTrue();
        assertThat(model.meanNanos(4)).isCloseTo(4_000_000, within(1L));
    }

    @Test
    void aSeedPredictsTheLineAndItsQuantile() {
        model.seed(1, 2_500_000);
        model.seed(8, 6_000_000);

        // 5 % is what a model is thought to scatter before it has run: 4 ms x (1 + 2.33 x 0.05)
        assertThat(model.predictNanos(4)).isCloseTo(4_466_000, within(1L));
    }

    @Test
    void aFitThatIsGivenIsTakenForTrue() {
        LatencyModel given = LatencyModel.of(TRUTH, 48);
        assertThat(given.meanNanos(1)).isEqualTo(2_500_000);
        assertThat(given.meanNanos(48)).isEqualTo(26_000_000);
        assertThat(given.predictNanos(48)).isCloseTo(Math.round(26_000_000 * (1 + 2.33 * 0.04)), within(1L));
        assertThat(given.fit().sigmaShare()).isEqualTo(0.04);
    }

    @Test
    void itFindsTheLineAndTheScatterOfItsRuns() {
        Seeds.forEach(20, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            LatencyModel learnt = new LatencyModel();
            for (int i = 0; i < 2_000; i++) {
                long cells = random.nextLong(1, 33);
                learnt.observe(cells, nanos(cells, random));
            }
            LatencyFit fit = learnt.fit();
            assertThat(fit.alphaNanos()).isCloseTo(2_000_000, within(4 * Math.sqrt(fit.alphaVariance()) + 1));
            assertThat(fit.betaNanos()).isCloseTo(500_000, within(4 * Math.sqrt(fit.betaVariance()) + 1));
            assertThat(fit.sigmaShare()).isBetween(0.02, 0.06);
            // Forgetting of 0.99 keeps 100 runs in mind.
            assertThat(fit.runs()).isCloseTo(100, within(1.0));
        });
    }

    @Test
    void oneRunThatStandsOutMovesNothing() {
        // Given: a steady model
        for (int i = 0; i < 200; i++) {
            model.observe(1 + i % 16, Math.round(TRUTH.meanNanos(1 + i % 16)));
        }
        long mean = model.meanNanos(8);
        long predicted = model.predictNanos(8);

        // When: one run is a hundred times as long, then all is as before
        model.observe(8, 100 * mean);

        // Then: it counts as three deviations, which are 1 % each at least
        assertThat(model.meanNanos(8)).isCloseTo(mean, Percentage.withPercentage(0.5));
        assertThat(model.predictNanos(8)).isCloseTo(predicted, Percentage.withPercentage(3));
    }

    @Test
    void everyFiftiethRunThatStallsDoesNotMoveTheMean() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3_000; i++) {
            int cells = 1 + i % 16;
            model.observe(cells, i % 50 == 49 ? 10 * nanos(cells, random) : nanos(cells, random));
        }
        assertThat(model.meanNanos(8)).isCloseTo(6_000_000, Percentage.withPercentage(3));
    }

    @Test
    void fourStraysInARowAreAChangeAndAreLearntAtOnce() {
        // Given: a model that becomes three times as slow
        for (int i = 0; i < 500; i++) {
            model.observe(1 + i % 16, Math.round(TRUTH.meanNanos(1 + i % 16)));
        }

        // When
        for (int i = 0; i < 3; i++) {
            model.observe(8, 18_000_000);
        }
        long afterThree = model.meanNanos(8);
        for (int i = 0; i < 9; i++) {
            model.observe(8, 18_000_000);
        }

        // Then
        assertThat(afterThree).isCloseTo(6_000_000, Percentage.withPercentage(5));
        assertThat(model.meanNanos(8)).isCloseTo(18_000_000, Percentage.withPercentage(10));
    }

    @Test
    void aModelThatBecameFastIsNotRuledOutByWhatItWas() {
        for (int i = 0; i < 100; i++) {
            model.observe(1 + i % 16, 3 * Math.round(TRUTH.meanNanos(1 + i % 16)));
        }
        for (int i = 0; i < 40; i++) {
            model.observe(1 + i % 16, Math.round(TRUTH.meanNanos(1 + i % 16)));
        }
        assertThat(model.predictNanos(8)).isLessThan(9_000_000);
    }

    @Test
    void aSizeThatIsSlowerThanTheLineIsPredictedByItsOwnRuns() {
        // Given: sizes around 12 take 5 ms more than the line, as where a kernel changes
        for (int i = 0; i < 640; i++) {
            int cells = 1 + i % 16;
            model.observe(cells, Math.round(TRUTH.meanNanos(cells)) + (cells >= 12 ? 5_000_000 : 0));
        }

        // Then: what they took is covered, and so is every larger size
        assertThat(model.predictNanos(16)).isGreaterThanOrEqualTo(15_000_000);
        assertThat(model.predictNanos(17)).isGreaterThanOrEqualTo(model.predictNanos(16));
    }

    @Test
    void aLargerRunIsNeverPredictedToBeShorter() {
        Seeds.forEach(200, seed -> {
            // Given: runs without any order, seeded or not
            SplittableRandom random = new SplittableRandom(seed);
            LatencyModel any = new LatencyModel();
            if (random.nextBoolean()) {
                any.seed(1, random.nextLong(1, 10_000_000));
                any.seed(random.nextLong(2, 64), random.nextLong(1, 10_000_000));
            }
            int runs = random.nextInt(1, 400);
            for (int i = 0; i < runs; i++) {
                any.observe(random.nextLong(1, 200), random.nextLong(1, 20_000_000));
            }

            // Then
            long before = 0;
            for (long cells = 1; cells < 5_000; cells++) {
                long predicted = any.predictNanos(cells);
                assertThat(predicted).as("%d cells", cells).isGreaterThanOrEqualTo(before);
                assertThat(predicted).isGreaterThanOrEqualTo(any.meanNanos(cells));
                before = predicted;
            }
        });
    }

    @Test
    void aRunOfNothingIsAFaultOfTheCaller() {
        assertThatThrownBy(() -> model.observe(0, 1)).hasMessage("a run has at least one cell, not 0");
    }
}
