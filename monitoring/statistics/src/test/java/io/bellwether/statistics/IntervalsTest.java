package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is shown to people: shares, quantiles and bands, against published values and by how often they are wrong. */
class IntervalsTest {
    private static final double ALPHA = 0.05;

    @Test
    void shareIntervalsHaveTheirPublishedValues() {
        double[][] published = {
            {700, 1000, 100, 0.651629, 0.745949},
            {15, 50, 50, 0.129556, 0.511896},
            {5, 50, 50, 0.013021, 0.269264},
            {1, 50, 50, 0, 0.13489},
            {1, 2, 50, 0, 1},
            {100, 200, 1, 0.328923, 0.671076},
            {0, 1, 50, 0, 1},
            {1, 1, 50, 0, 1},
        };
        for (double[] row : published) {
            ShareInterval interval = ShareInterval.of((long) row[1], (long) row[0], ALPHA, row[2]);
            assertThat(interval.lowest()).as(Arrays.toString(row)).isCloseTo(row[3], offset(5e-6));
            assertThat(interval.highest()).as(Arrays.toString(row)).isCloseTo(row[4], offset(5e-6));
        }
    }

    @Test
    void shareIntervalsMirrorAndNarrowAndStayNumbersForTheGreatestCounts() {
        for (long n = 1; n < 1L << 53; n *= 5) {
            long k = n / 3;
            ShareInterval interval = ShareInterval.of(n, k, ALPHA, 1_000);
            ShareInterval mirrored = ShareInterval.of(n, n - k, ALPHA, 1_000);
            assertThat(interval.lowest()).as("%d", n).isCloseTo(1 - mirrored.highest(), offset(1e-9));
            assertThat(interval.highest()).as("%d", n).isCloseTo(1 - mirrored.lowest(), offset(1e-9));
            assertThat(interval.lowest()).isLessThanOrEqualTo((double) k / n);
            assertThat(interval.highest()).isGreaterThanOrEqualTo((double) k / n);
            assertThat((interval.highest() - interval.lowest()) * Math.sqrt((double) n))
                    .as("%d", n)
                    .isLessThan(8);
        }
        ShareInterval unknown = ShareInterval.of(0, 0, ALPHA, 100);
        assertThat(unknown).isEqualTo(new ShareInterval(0, 1));
        // And a share of one in 2^50 is told from none
        ShareInterval rare = ShareInterval.of(1L << 53, 40, ALPHA, 0x1p53);
        assertThat(rare.lowest() * 0x1p53).isBetween(15.0, 40.0);
        assertThat(rare.highest() * 0x1p53).isBetween(40.0, 80.0);
    }

    @Test
    void aShareIsHardlyEverOutsideThoughLookedAtAllTheTime() {
        int runs = 1_000;
        int wrong = 0;
        for (int seed = 0; seed < runs; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            BetaBinomialMixture truth = BetaBinomialMixture.ofShare(0.3, 200, ALPHA);
            int events = 0;
            boolean left = false;
            for (int n = 1; n <= 1_000; n++) {
                events += random.nextDouble() < 0.3 ? 1 : 0;
                left |= truth.logValueOfCounts(events, n - events) >= -Math.log(ALPHA);
            }
            ShareInterval last = ShareInterval.of(1_000, events, ALPHA, 200);
            boolean outside = last.lowest() > 0.3 || last.highest() < 0.3;
            assertThat(left || !outside)
                    .as("seed %d: the interval is what the mixture says", seed)
                    .isTrue();
            wrong += left ? 1 : 0;
        }
        System.out.printf("share outside of its interval at some time: %d of %d%n", wrong, runs);
        assertThat(Exact.tooMany(wrong, runs, ALPHA))
                .as("%d of %d", wrong, runs)
                .isFalse();
    }

    @Test
    void aDifferenceLiesBetweenTheFarEndsOfTwoIntervalsOfHalfTheLevel() {
        // Given
        EventTable table = new EventTable(4_000, 40, 3_000, 90);
        ShareInterval control = ShareInterval.of(4_000, 40, ALPHA / 2, 1_000);
        ShareInterval candidate = ShareInterval.of(3_000, 90, ALPHA / 2, 1_000);

        // When
        ShareDifference difference = ShareDifference.of(table, ALPHA, 1_000);

        // Then to a millionth, outwards
        assertThat(difference.lowest())
                .isLessThanOrEqualTo(candidate.lowest() - control.highest())
                .isCloseTo(candidate.lowest() - control.highest(), offset(1e-6));
        assertThat(difference.highest())
                .isGreaterThanOrEqualTo(candidate.highest() - control.lowest())
                .isCloseTo(candidate.highest() - control.lowest(), offset(1e-6));
        assertThat(ShareDifference.of(EventTable.EMPTY, ALPHA, 1_000)).isEqualTo(new ShareDifference(-1, 1));
    }

    @Test
    void aDifferenceIsHardlyEverOutsideThoughLookedAtOften() {
        // Given shares of 10 % and 12 %, looked at every 25 units of each arm
        int runs = 200;
        int wrong = 0;
        for (int seed = 0; seed < runs; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            EventTable table = EventTable.EMPTY;
            boolean left = false;
            for (int n = 1; n <= 1_000; n++) {
                int inControl = random.nextDouble() < 0.10 ? 1 : 0;
                int inCandidate = random.nextDouble() < 0.12 ? 1 : 0;
                table = table.plus(new EventTable(1, inControl, 1, inCandidate));
                if (n % 25 == 0) {
                    ShareDifference now = ShareDifference.of(table, ALPHA, 200);
                    left |= now.lowest() > 0.02 || now.highest() < 0.02;
                }
            }
            wrong += left ? 1 : 0;
        }

        // Then
        System.out.printf("difference of shares outside at some look: %d of %d%n", wrong, runs);
        assertThat(Exact.tooMany(wrong, runs, ALPHA))
                .as("%d of %d", wrong, runs)
                .isFalse();
    }

    @Test
    void aQuantileIntervalIsWhatTheSortedValuesSay() {
        SplittableRandom random = new SplittableRandom(41);
        for (int run = 0; run < 200; run++) {
            int n = 1 + random.nextInt(800);
            double q = random.nextDouble(0.02, 0.98);
            int[] values = random.ints(n, 0, 2 + random.nextInt(200)).sorted().toArray();
            QuantileInterval interval = QuantileInterval.of(histogram(values), q, ALPHA, 300);

            // Given every number of values below the quantile that the mixture finds plausible
            BetaBinomialMixture mixture = BetaBinomialMixture.ofShare(q, 300, ALPHA);
            int least = 0;
            while (least < q * n && mixture.logValueOfCounts(least, n - least) >= -Math.log(ALPHA)) {
                least++;
            }
            int most = n;
            while (most > q * n && mixture.logValueOfCounts(most, n - most) >= -Math.log(ALPHA)) {
                most--;
            }
            // Then the bounds are the order statistics at those numbers
            String what = "run " + run + ": quantile " + q + " of " + n;
            if (least == 0) {
                assertThat(interval.lowest()).as(what).isEmpty();
            } else {
                assertThat(interval.lowest()).as(what).hasValue(values[least - 1]);
            }
            if (most == n) {
                assertThat(interval.highest()).as(what).isEmpty();
            } else {
                assertThat(interval.highest()).as(what).hasValue(values[most]);
            }
        }
    }

    @Test
    void aQuantileIsHardlyEverOutsideThoughLookedAtAllTheTime() {
        // Given values of 50 equally likely buckets: the 0.9-quantile is bucket 44
        int runs = 400;
        int wrong = 0;
        int wrongBand = 0;
        DistributionBand band = new DistributionBand(ALPHA, 100);
        for (int seed = 0; seed < runs; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LogHistogram values = LogHistogram.EMPTY;
            boolean left = false;
            boolean leftBand = false;
            for (int look = 0; look < 60; look++) {
                values = values.plus(histogram(random.ints(10, 0, 50).toArray()));
                left |= outside(QuantileInterval.of(values, 0.9, ALPHA, 300), 44);
                leftBand |= outside(band.quantile(values, 0.9), 44);
            }
            wrong += left ? 1 : 0;
            wrongBand += leftBand ? 1 : 0;
        }
        System.out.printf("quantile outside at some time: mixture %d, band %d of %d%n", wrong, wrongBand, runs);
        assertThat(Exact.tooMany(wrong, runs, ALPHA)).isFalse();
        assertThat(Exact.tooMany(wrongBand, runs, ALPHA)).isFalse();
    }

    private static boolean outside(QuantileInterval interval, int bucket) {
        return interval.lowest().orElse(Integer.MIN_VALUE) > bucket
                || interval.highest().orElse(Integer.MAX_VALUE) < bucket;
    }

    private static LogHistogram histogram(int[] buckets) {
        long[] ones = new long[buckets.length];
        Arrays.fill(ones, 1);
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void theBandHasItsPublishedConstantsAndWidth() {
        double[][] constants = {{0.05, 8.1227}, {0.025, 8.6226}, {0.01, 9.2835}, {0.005, 9.7834}, {0.001, 10.9431}};
        for (double[] row : constants) {
            assertThat(new DistributionBand(row[0], 100).constant())
                    .as("at %s", row[0])
                    .isCloseTo(row[1], offset(5e-5));
        }
        assertThat(new DistributionBand(0.05, 100).halfWidth(1000)).isCloseTo(0.08204769, offset(2e-7));
        assertThat(new DistributionBand(0.05, 100).halfWidth(99)).isInfinite();
        assertThat(new DistributionBand(0.05, 100).halfWidth(1L << 53)).isBetween(2e-8, 4e-8);
    }

    @Test
    void aGapTakesAsManyValuesAsPublished() {
        // Given a tenth of the traffic and a chance of error of 1 %
        DistributionComparison comparison = new DistributionComparison(0.01, 100, 0);
        double[][] published = {{0.05, 6.0e3}, {0.02, 37.9e3}, {0.01, 155e3}};
        for (double[] row : published) {
            long n = 100;
            while (comparison.gapMax(9 * n, n) > row[0]) {
                n += 10;
            }
            assertThat((double) n).as("gap %s", row[0]).isCloseTo(row[1], offset(0.02 * row[1]));
        }
    }

    @Test
    void theGapIsTheGreatestDifferenceOverAllBuckets() {
        SplittableRandom random = new SplittableRandom(43);
        for (int run = 0; run < 200; run++) {
            int[] control = random.ints(1 + random.nextInt(50), 0, 40).toArray();
            int[] candidate = random.ints(1 + random.nextInt(50), 0, 50).toArray();
            DistributionComparison comparison = new DistributionComparison(0.01, 1, 0.10);
            double greatest = 0;
            for (int x = -10; x < 70; x++) {
                int bound = x;
                double below =
                        (double) Arrays.stream(control).filter(v -> v <= bound).count() / control.length;
                double shifted = (double) Arrays.stream(candidate)
                                .filter(v -> v <= bound + 5)
                                .count()
                        / candidate.length;
                greatest = Math.max(greatest, below - shifted);
            }
            assertThat(comparison.gap(histogram(control), histogram(candidate)))
                    .as("run %d", run)
                    .isCloseTo(greatest, offset(1e-15));
        }
    }

    @Test
    void aShiftedDistributionIsFoundAndOneAtTheMarginIsNot() {
        // Given 20,000 values an arm, spread over 60 buckets, the candidate's five buckets (10.4 %) higher
        int[] values = new SplittableRandom(44).ints(20_000, 100, 160).toArray();
        LogHistogram control = histogram(values);
        LogHistogram candidate = histogram(Arrays.stream(values).map(v -> v + 5).toArray());
        assertThat(new DistributionComparison(0.01, 100, 0).isHarmed(control, candidate))
                .isTrue();
        assertThat(new DistributionComparison(0.01, 100, 0.10).isHarmed(control, candidate))
                .isFalse();
        assertThat(new DistributionComparison(0.01, 100, 0).isHarmed(candidate, control))
                .isFalse();
        // And the ratio of medians is known to lie around it
        DistributionComparison.RatioInterval ratio =
                new DistributionComparison(0.01, 100, 0).ratio(control, candidate, 0.5);
        assertThat(ratio.lowest()).isBetween(1.0, 1.104);
        assertThat(ratio.highest()).isBetween(1.105, 1.25);
    }

    @Test
    void withoutValuesNothingIsKnown() {
        DistributionComparison comparison = new DistributionComparison(0.01, 100, 0);
        LogHistogram some = histogram(new int[] {3, 4, 5});
        assertThat(comparison.isHarmed(LogHistogram.EMPTY, some)).isFalse();
        assertThat(comparison.isHarmed(some, LogHistogram.EMPTY)).isFalse();
        assertThat(comparison.ratio(some, LogHistogram.EMPTY, 0.5))
                .isEqualTo(new DistributionComparison.RatioInterval(0, Double.POSITIVE_INFINITY));
        assertThat(QuantileInterval.of(LogHistogram.EMPTY, 0.5, ALPHA, 100).lowest())
                .isEmpty();
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> ShareInterval.of(3, 4, ALPHA, 10)).hasMessageContaining("between 0 and the count");
        assertThatThrownBy(() -> ShareInterval.of(3, 1, 0, 10)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new DistributionBand(0.05, 0)).hasMessageContaining("at least one value");
        assertThatThrownBy(() -> new DistributionBand(1e-20, 5)).hasMessageContaining("between 1e-12 and 1");
        assertThatThrownBy(() -> new DistributionComparison(0.01, 5, -1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> QuantileInterval.of(histogram(new int[] {1}), 1, ALPHA, 9))
                .hasMessageContaining("between 0 and 1");
    }
}
