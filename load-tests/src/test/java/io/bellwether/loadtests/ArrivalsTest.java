package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final int MANY = 200_000;

    @Test
    void oneSeedIsOneSchedule() {
        assertThat(offsets(Arrivals.Pattern.POISSON, 3)).isEqualTo(offsets(Arrivals.Pattern.POISSON, 3));
        assertThat(offsets(Arrivals.Pattern.POISSON, 3)).isNotEqualTo(offsets(Arrivals.Pattern.POISSON, 4));
    }

    @Test
    void uniformGapsAreEqualAndDoNotDrift() {
        assertThat(offsets(Arrivals.Pattern.UNIFORM, 1)[MANY - 1]).isEqualTo(MANY * 5_000_000L);
    }

    @Test
    void poissonGapsHaveTheMeanAndTheSpreadOfAnExponential() {
        // Given / When
        long[] offsets = offsets(Arrivals.Pattern.POISSON, 11);
        double[] gaps = LongStream.range(1, MANY)
                .mapToDouble(i -> (offsets[(int) i] - offsets[(int) i - 1]) / 5e6)
                .toArray();
        double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
        double squares =
                java.util.Arrays.stream(gaps).map(gap -> gap * gap).average().orElseThrow();
        double overOne = java.util.Arrays.stream(gaps).filter(gap -> gap > 1).count() / (double) gaps.length;

        // Then: mean 1, variance 1, P(gap > 1) = 1/e; five standard errors wide
        assertThat(mean).isCloseTo(1, within(0.012));
        assertThat(squares - mean * mean).isCloseTo(1, within(0.035));
        assertThat(overOne).isCloseTo(Math.exp(-1), within(0.0054));
    }

    private static long[] offsets(Arrivals.Pattern pattern, long seed) {
        Arrivals arrivals = new Arrivals(pattern, 200, seed);
        return LongStream.generate(arrivals::nextOffsetNanos).limit(MANY).toArray();
    }
}
