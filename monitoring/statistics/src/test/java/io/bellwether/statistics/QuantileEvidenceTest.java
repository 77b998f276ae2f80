package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantileEvidenceTest {
    private static LogHistogram histogram(int[] buckets) {
        long[] ones = new long[buckets.length];
        Arrays.fill(ones, 1);
        return LogHistogram.of(buckets, ones);
    }

    private static QuantileEvidence of(double quantile, double margin, LogHistogram control, LogHistogram candidate) {
        QuantileEvidence evidence = new QuantileEvidence(quantile, margin);
        evidence.add(control, candidate);
        return evidence;
    }

    @Test
    void equalityHasItsPublishedPValues() {
        // Given the values 1 to 1000 and the same shifted, each value a bucket of its own
        double[][] published = {
            {0.5, 70, 0.814704, 5e-7},
            {0.5, 85, 0.0838055, 5e-8},
            {0.5, 100, 0.0054947, 5e-8},
            {0.9, 55, 0.0340463, 5e-8}
        };
        for (double[] row : published) {
            int shift = (int) row[1];
            LogHistogram first = histogram(IntStream.rangeClosed(1, 1000).toArray());
            LogHistogram second =
                    histogram(IntStream.rangeClosed(1 + shift, 1000 + shift).toArray());
            QuantileEquality equality = new QuantileEquality(row[0], 100, 0.05);
            assertThat(Math.exp(-equality.logE(first, second)))
                    .as("quantile %s, shift %d", row[0], shift)
                    .isCloseTo(row[2], offset(row[3]));
            assertThat(equality.logE(second, first)).isCloseTo(equality.logE(first, second), offset(1e-12));
        }
    }

    @Test
    void equalityTakesTheLeastOverAllPlacesAndAllWaysToSplitTies() {
        SplittableRandom random = new SplittableRandom(50);
        for (int run = 0; run < 100; run++) {
            int[] a = random.ints(1 + random.nextInt(30), 0, 12).toArray();
            int[] b = random.ints(1 + random.nextInt(30), 0, 12).toArray();
            double p = random.nextDouble(0.1, 0.9);
            BetaBinomialMixture mixture = BetaBinomialMixture.ofShare(p, 40, 0.05);
            double least = Double.POSITIVE_INFINITY;
            for (int x = -1; x <= 13; x++) {
                least = Math.min(least, leastOfTies(mixture, a, x) + leastOfTies(mixture, b, x));
            }
            assertThat(new QuantileEquality(p, 40, 0.05).logE(histogram(a), histogram(b)))
                    .as("run %d", run)
                    .isCloseTo(least, offset(1e-4));
        }
    }

    private static double leastOfTies(BetaBinomialMixture mixture, int[] values, int x) {
        double before = (double) Arrays.stream(values).filter(v -> v < x).count();
        double upTo = (double) Arrays.stream(values).filter(v -> v <= x).count();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= 1_000; i++) {
            double place = before + (upTo - before) * i / 1_000;
            least = Math.min(least, mixture.logValueOfCounts(place, values.length - place));
        }
        return least;
    }

    /** {@code 1/2 + mean over the grid / 2}, from powers; side 1 for shares above, -1 for shares below. */
    private static double mixture(double p, int side, int n, int k) {
        double mean = 0;
        for (int i = 0; i < 24; i++) {
            double odds = p / (1 - p) * Math.exp(side * 0.03 * Math.pow(Math.log(50) / 0.03, i / 23.0));
            double q = odds / (1 + odds);
            mean += Math.pow(q / p, k) * Math.pow((1 - q) / (1 - p), n - k) / 24;
        }
        return 0.5 + mean / 2;
    }

    @Test
    void harmAndSafetyAreTheLeastProductOverAllBuckets() {
        SplittableRandom random = new SplittableRandom(51);
        for (int run = 0; run < 200; run++) {
            int[] control = random.ints(random.nextInt(60), 0, 30).toArray();
            int[] candidate = random.ints(random.nextInt(60), 0, 40).toArray();
            double p = random.nextDouble(0.05, 0.95);
            double harm = Double.POSITIVE_INFINITY;
            double safe = Double.POSITIVE_INFINITY;
            for (int bucket = -20; bucket < 60; bucket++) {
                int i = bucket;
                harm = Math.min(
                        harm,
                        mixture(p, 1, control.length, count(control, i - 1))
                                * mixture(p, -1, candidate.length, count(candidate, i + 3)));
                safe = Math.min(
                        safe,
                        mixture(p, -1, control.length, count(control, i))
                                * mixture(p, 1, candidate.length, count(candidate, i + 2)));
            }
            // When the margin is three buckets
            QuantileEvidence evidence = of(p, 0.06, histogram(control), histogram(candidate));
            assertThat(evidence.logEHarm()).as("run %d", run).isCloseTo(Math.log(harm), offset(1e-10));
            assertThat(evidence.logESafe()).as("run %d", run).isCloseTo(Math.log(safe), offset(1e-10));
        }
        assertThat(new QuantileEvidence(0.5, 0.06).effectiveMargin()).isCloseTo(0.061208, offset(1e-9));
    }

    private static int count(int[] values, int upTo) {
        return (int) Arrays.stream(values).filter(v -> v <= upTo).count();
    }

    @Test
    void theMeanIsAtMostOneUnderItsHypotheses() {
        // Given all 81 x 243 ways to draw four and five values of three buckets; most in the middle one, where a
        // comparison
        // that counts its values on the wrong side has a mean of 1.46
        double[] middle = {0.05, 0.9, 0.05};
        double[] better = {0.4, 0.55, 0.05};
        double[] worse = {0.05, 0.55, 0.4};
        double[] spread = {0.5, 0.1, 0.4};
        assertThat(mean(middle, middle, true)).isBetween(0.2, 1.0);
        assertThat(mean(middle, better, true)).isBetween(0.1, 1.0);
        assertThat(mean(spread, spread, true)).isBetween(0.2, 1.0);
        assertThat(mean(middle, middle, false)).isBetween(0.2, 1.0);
        assertThat(mean(middle, worse, false)).isBetween(0.1, 1.0);
        assertThat(mean(spread, spread, false)).isBetween(0.2, 1.0);
    }

    private static double mean(double[] control, double[] candidate, boolean harm) {
        double mean = 0;
        for (int a = 0; a < 81; a++) {
            for (int b = 0; b < 243; b++) {
                int[] as = digits(a, 4);
                int[] bs = digits(b, 5);
                QuantileEvidence evidence = of(0.5, 0, histogram(as), histogram(bs));
                double e = Math.exp(harm ? evidence.logEHarm() : evidence.logESafe());
                mean += probability(control, as) * probability(candidate, bs) * e;
            }
        }
        return mean;
    }

    private static int[] digits(int number, int count) {
        int[] digits = new int[count];
        int rest = number;
        for (int i = 0; i < count; i++) {
            digits[i] = rest % 3;
            rest /= 3;
        }
        return digits;
    }

    private static double probability(double[] law, int[] values) {
        double product = 1;
        for (int value : values) {
            product *= law[value];
        }
        return product;
    }

    @Test
    void distantPlacesDoNotDrownAClearShift() {
        // Given 2,000 values an arm over 50 buckets, the candidate's 12 buckets (27 %) higher, margin 10 %
        int[] values = new SplittableRandom(52).ints(2_000, 0, 50).toArray();
        LogHistogram control = histogram(values);
        LogHistogram candidate =
                histogram(Arrays.stream(values).map(v -> v + 12).toArray());
        for (double p : new double[] {0.5, 0.9}) {
            assertThat(of(p, 0.10, control, candidate).logEHarm()).as("%s", p).isGreaterThan(Math.log(1_000));
            assertThat(of(p, 0.10, control, candidate).logESafe()).as("%s", p).isNegative();
            assertThat(of(p, 0.10, candidate, control).logESafe()).as("%s", p).isGreaterThan(Math.log(1_000));
            // And the place that is farthest on the wrong side costs its ln 2 and no more
            assertThat(ShareMixture.above(p).logValue(1L << 53, 0)).isCloseTo(-Math.log(2), offset(1e-12));
            assertThat(ShareMixture.below(p).logValue(1L << 53, 1L << 53)).isCloseTo(-Math.log(2), offset(1e-12));
        }
    }

    @Test
    void oneSidedTrafficIsNeitherHarmNorSafety() {
        LogHistogram many =
                histogram(new SplittableRandom(53).ints(5_000, 0, 50).toArray());
        for (double p : new double[] {0.01, 0.5, 0.99}) {
            assertThat(of(p, 0.1, many, LogHistogram.EMPTY).logEHarm()).isLessThan(1e-12);
            assertThat(of(p, 0.1, LogHistogram.EMPTY, many).logEHarm()).isLessThan(1e-12);
            assertThat(of(p, 0.1, many, LogHistogram.EMPTY).logESafe()).isLessThan(1e-12);
            assertThat(of(p, 0.1, LogHistogram.EMPTY, many).logESafe()).isLessThan(1e-12);
            assertThat(of(p, 0.1, LogHistogram.EMPTY, LogHistogram.EMPTY).logEHarm())
                    .isCloseTo(0, offset(1e-12));
            QuantileEquality equality = new QuantileEquality(p, 100, 0.05);
            assertThat(equality.logE(many, LogHistogram.EMPTY)).isLessThan(1e-12);
            assertThat(equality.logE(LogHistogram.EMPTY, LogHistogram.EMPTY)).isCloseTo(0, offset(1e-12));
        }
    }

    @Test
    void theOrderOfMergingDoesNotMatterAndTheStateContinuesExactly() {
        SplittableRandom random = new SplittableRandom(54);
        LogHistogram[] parts = new LogHistogram[12];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = histogram(random.ints(40, 0, 30 + i % 2 * 3).toArray());
        }
        QuantileEvidence forward = new QuantileEvidence(0.9, 0.05);
        QuantileEvidence backward = new QuantileEvidence(0.9, 0.05);
        for (int i = 0; i < parts.length; i += 2) {
            forward.add(parts[i], parts[i + 1]);
            backward.add(LogHistogram.EMPTY, parts[parts.length - 1 - i]);
            backward.add(parts[parts.length - 2 - i], LogHistogram.EMPTY);
        }
        assertThat(forward.logEHarm()).isEqualTo(backward.logEHarm());
        assertThat(forward.logESafe()).isEqualTo(backward.logESafe());

        StateWriter out = new StateWriter();
        forward.write(out);
        QuantileEvidence continued = new QuantileEvidence(0.9, 0.05);
        StateReader in = new StateReader(out.longs(), out.doubles());
        continued.read(in);
        in.finish();
        forward.add(parts[0], parts[1]);
        continued.add(parts[0], parts[1]);
        assertThat(continued.logEHarm()).isEqualTo(forward.logEHarm());
    }

    @Test
    void countsNearTheGreatestStayNumbers() {
        LogHistogram control = LogHistogram.of(new int[] {10, 20, 30}, new long[] {1L << 52, 1L << 20, 1L << 52});
        LogHistogram candidate = LogHistogram.of(new int[] {11, 21, 31}, new long[] {1L << 51, 1L << 52, 1L << 51});
        for (double p : new double[] {0.001, 0.5, 0.999}) {
            QuantileEvidence evidence = of(p, 0.02, control, candidate);
            assertThat(evidence.logEHarm()).as("%s", p).isFinite();
            assertThat(evidence.logESafe()).as("%s", p).isFinite();
            assertThat(new QuantileEquality(p, 100, 0.05).logE(control, candidate))
                    .as("%s", p)
                    .isFinite();
        }
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new QuantileEvidence(1, 0.1)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> new QuantileEvidence(0.5, -0.1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> new QuantileEquality(0, 10, 0.05)).hasMessageContaining("between 0 and 1");
    }
}
