package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AsymptoticSequenceTest {
    /** The arms of GrowthBook's tests: {@code gbstats}, {@code TestSequentialTTest} and the one-sided ones. */
    private static final Moments CONTROL = Moments.ofSums(3000, 1396.87, 52377.9767);

    private static final Moments CANDIDATE = Moments.ofSums(3461, 2422.7, 134698.29);

    @Test
    void oneSidedBoundsEqualThePublishedOnes() {
        AsymptoticSequence sequence = new AsymptoticSequence(0.05, 5000);
        assertThat(sequence.atLeast(CONTROL, CANDIDATE).estimate()).isCloseTo(0.23437666666666668, offset(1e-14));
        assertThat(sequence.atLeast(CONTROL, CANDIDATE).lower()).isCloseTo(-0.12656844172804982, offset(1e-13));
        assertThat(sequence.atMost(CONTROL, CANDIDATE).upper()).isCloseTo(0.5953217750613832, offset(1e-13));
        assertThat(sequence.relativeAtLeast(CONTROL, CANDIDATE).estimate())
                .isCloseTo(0.5033610858562358, offset(1e-13));
        assertThat(sequence.relativeAtLeast(CONTROL, CANDIDATE).lower()).isCloseTo(-0.42356454602790883, offset(1e-13));
        assertThat(sequence.relativeAtMost(CONTROL, CANDIDATE).upper()).isCloseTo(1.4302867177403806, offset(1e-13));
        assertThat(sequence.atLeast(CONTROL, CANDIDATE).upper()).isInfinite();
        assertThat(sequence.atMost(CONTROL, CANDIDATE).lower()).isInfinite();
    }

    @Test
    void twoSidedBoundsEqualThePublishedOnes() {
        // Given published values with five digits
        AsymptoticSequence.Bounds bounds = new AsymptoticSequence(0.05, 1000).relativeDifference(CONTROL, CANDIDATE);
        assertThat(bounds.lower()).isCloseTo(-0.55844, offset(5e-6));
        assertThat(bounds.upper()).isCloseTo(1.56516, offset(5e-6));

        // And proportions, whose variance is p (1 - p)
        AsymptoticSequence.Bounds shares =
                new AsymptoticSequence(0.05, 5000).relativeDifference(proportion(1396, 3000), proportion(2422, 3461));
        assertThat(shares.lower()).isCloseTo(0.40098, offset(5e-6));
        assertThat(shares.upper()).isCloseTo(0.60675, offset(5e-6));
    }

    private static Moments proportion(long events, long count) {
        double p = (double) events / count;
        return new Moments(count, p, p * (1 - p) * (count - 1));
    }

    @Test
    void halfWidthsEqualTheEvaluatedFormula() {
        AsymptoticSequence sequence = new AsymptoticSequence(0.05, 5000);
        assertThat(sequence.twoSidedHalfWidth(1, 1_000)).isCloseTo(0.10637547, offset(5e-9));
        assertThat(sequence.twoSidedHalfWidth(1, 5_000)).isCloseTo(0.04292434, offset(5e-9));
        assertThat(sequence.twoSidedHalfWidth(1, 100_000)).isCloseTo(0.01055207, offset(5e-9));
        assertThat(sequence.oneSidedHalfWidth(1, 1_000)).isCloseTo(0.09968835, offset(5e-9));
        assertThat(sequence.oneSidedHalfWidth(1, 5_000)).isCloseTo(0.03930233, offset(5e-9));
        assertThat(sequence.oneSidedHalfWidth(1, 100_000)).isCloseTo(0.00977054, offset(5e-9));
    }

    @Test
    void equalArmsLeaveTheBoundsNoMoreOftenThanStated() {
        // Given exponential costs, whose variation is one, looked at every hundred units up to 60,000
        int runs = Boolean.getBoolean("bellwether.long") ? 4_000 : 300;
        int outside = 0;
        int above = 0;
        AsymptoticSequence sequence = new AsymptoticSequence(0.05, 5000);
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            Moments control = Moments.NONE;
            Moments candidate = Moments.NONE;
            boolean left = false;
            boolean harmed = false;
            for (int look = 0; look < 600; look++) {
                control = control.plus(exponential(random, 50));
                candidate = candidate.plus(exponential(random, 50));
                AsymptoticSequence.Bounds both = sequence.difference(control, candidate);
                left |= both.lower() > 0 || both.upper() < 0;
                harmed |= sequence.atLeast(control, candidate).lower() > 0;
            }
            outside += left ? 1 : 0;
            above += harmed ? 1 : 0;
        }
        System.out.printf("equal exponential means: bounds left in %d, one-sided in %d of %d%n", outside, above, runs);
        assertThat(outside).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
        assertThat(above).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    private static Moments exponential(Random random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = -Math.log(1 - random.nextDouble());
        }
        return Moments.of(values);
    }

    @Test
    void tooFewUnitsOrOneArmOrAMeanOfZeroStateNothing() {
        AsymptoticSequence sequence = new AsymptoticSequence(0.01, 5000);
        Moments few = new Moments(999, 5, 10);
        Moments many = new Moments(1_000_000, 4, 10);
        assertThat(sequence.difference(few, many))
                .isEqualTo(new AsymptoticSequence.Bounds(-1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        assertThat(sequence.difference(many, Moments.NONE).lower()).isInfinite();
        assertThat(sequence.difference(Moments.NONE, many).estimate()).isNaN();
        Moments zero = new Moments(1_000_000, 0, 10);
        assertThat(sequence.relativeDifference(zero, many).upper()).isInfinite();
        assertThat(sequence.relativeDifference(zero, zero).upper()).isInfinite();
        assertThat(sequence.difference(zero, many).lower()).isGreaterThan(3.9);
    }

    @Test
    void momentsMergeInAnyOrderAndNearTheGreatestCounts() {
        SplittableRandom random = new SplittableRandom(4);
        double[] values = random.doubles(5_000, 1e6, 1e6 + 1).toArray();
        Moments whole = Moments.of(values);
        Moments forward = Moments.NONE;
        Moments backward = Moments.NONE;
        for (int i = 0; i < 50; i++) {
            forward = forward.plus(Moments.of(Arrays.copyOfRange(values, i * 100, i * 100 + 100)));
            backward = Moments.of(Arrays.copyOfRange(values, i * 100, i * 100 + 100))
                    .plus(backward);
        }
        assertThat(forward.count()).isEqualTo(5_000);
        assertThat(forward.mean()).isCloseTo(whole.mean(), offset(1e-9)).isCloseTo(backward.mean(), offset(1e-9));
        assertThat(forward.squares()).isCloseTo(whole.squares(), offset(1e-6));
        assertThat(backward.squares()).isCloseTo(whole.squares(), offset(1e-6));
        double mean = Arrays.stream(values).map(v -> v - 1e6).average().orElseThrow();
        double exact = Arrays.stream(values)
                .map(v -> (v - 1e6 - mean) * (v - 1e6 - mean))
                .sum();
        assertThat(whole.squares()).isCloseTo(exact, offset(1e-6));

        // Then 2^53 units of either value have the variance of a fair coin
        Moments huge = new Moments(1L << 53, 0, 0).plus(new Moments(1L << 53, 1, 0));
        assertThat(huge.mean()).isEqualTo(0.5);
        assertThat(huge.variance()).isCloseTo(0.25, offset(1e-12));
        assertThat(new AsymptoticSequence(0.05, 5000).difference(huge, huge).upper())
                .isBetween(1e-9, 1e-6);
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new AsymptoticSequence(0.5, 100)).hasMessageContaining("between 0 and 1/2");
        assertThatThrownBy(() -> new Moments(-1, 0, 0)).hasMessageContaining("at least 0, got -1");
        assertThatThrownBy(() -> Moments.of(1, Double.NaN)).hasMessageContaining("finite mean");
        assertThatThrownBy(() -> Moments.of(1, Double.POSITIVE_INFINITY)).hasMessageContaining("finite mean");
    }
}
