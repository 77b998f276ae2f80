package io.bellwether.benchmark.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.statistics.AsymptoticSequence;
import io.bellwether.statistics.Moments;
import org.junit.jupiter.api.Test;

class SequentialBoundTest {
    private static final SequentialBound BOUND = new SequentialBound(0.05, 5_000);

    @Test
    void equalsThePublishedOneSidedBound() {
        // Given the arms of gbstats' own tests
        Moments control = Moments.ofSums(3_000, 1396.87, 52377.9767);
        Moments candidate = Moments.ofSums(3_461, 2422.7, 134698.29);
        assertThat(BOUND.atLeast(control, candidate)).isCloseTo(-0.12656844172804982, offset(1e-13));
        assertThat(BOUND.atLeast(control, candidate))
                .isCloseTo(
                        new AsymptoticSequence(0.05, 5_000)
                                .atLeast(control, candidate)
                                .lower(),
                        offset(1e-13));
    }

    @Test
    void halfWidthsEqualTheEvaluatedFormula() {
        assertThat(-BOUND.atLeast(0, 1.0 / 1_000, 1_000)).isCloseTo(0.09968835, offset(5e-9));
        assertThat(-BOUND.atLeast(0, 1.0 / 5_000, 5_000)).isCloseTo(0.03930233, offset(5e-9));
        assertThat(-BOUND.atLeast(0, 1.0 / 100_000, 100_000)).isCloseTo(0.00977054, offset(5e-9));
    }

    @Test
    void withoutSpreadOrUnitsThereIsNoBound() {
        Moments one = Moments.of(5);
        Moments same = Moments.of(5, 5, 5);
        assertThat(BOUND.atLeast(one, Moments.of(7, 8))).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(BOUND.atLeast(same, same)).isEqualTo(Double.NEGATIVE_INFINITY);
    }
}
