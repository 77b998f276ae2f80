package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CovariateMomentsTest {
    private static CovariateMoments arm(Random random, int count, double effect, double noise) {
        CovariateMoments moments = CovariateMoments.NONE;
        for (int i = 0; i < count; i++) {
            double size = random.nextGaussian();
            moments =
                    moments.plus(CovariateMoments.of(3 + effect + 2 * size + noise * random.nextGaussian(), 7 + size));
        }
        return moments;
    }

    @Test
    void whatTheCovariateExplainsIsTakenAwayAndTheEffectStays() {
        // Given values of which the covariate explains 80 % of the variance, and an effect of 0.1
        CovariateMoments control = arm(new Random(1), 20_000, 0, 1);
        CovariateMoments candidate = arm(new Random(2), 20_000, 0.1, 1);
        AsymptoticSequence sequence = new AsymptoticSequence(0.01, 40_000);

        // When
        Moments before = control.adjusted(candidate);
        Moments after = candidate.adjusted(control);
        AsymptoticSequence.Bounds plain = sequence.difference(control.values(), candidate.values());
        AsymptoticSequence.Bounds adjusted = sequence.difference(before, after);

        // Then the sequence is narrower by the square root of five
        assertThat(before.variance()).isCloseTo(1, offset(0.05));
        assertThat(adjusted.estimate()).isCloseTo(0.1, offset(0.03));
        assertThat((plain.upper() - plain.lower()) / (adjusted.upper() - adjusted.lower()))
                .isCloseTo(Math.sqrt(5), offset(0.05));
        assertThat(adjusted.lower()).isPositive();
    }

    @Test
    void aPerfectCovariateLeavesNoSpreadAndAnIdleOneChangesNothing() {
        CovariateMoments exact = arm(new Random(1), 500, 0, 0);
        assertThat(exact.adjusted(arm(new Random(2), 500, 0, 0)).squares()).isCloseTo(0, offset(1e-9));
        CovariateMoments idle = CovariateMoments.of(4, 1).plus(CovariateMoments.of(8, 1));
        assertThat(idle.adjusted(idle)).isEqualTo(idle.values());
        assertThat(CovariateMoments.NONE.adjusted(exact)).isEqualTo(Moments.NONE);
        assertThat(exact.adjusted(CovariateMoments.NONE).mean())
                .isEqualTo(exact.values().mean());
    }

    @Test
    void sumsDoNotDependOnTheOrderBeyondRounding() {
        CovariateMoments one = arm(new Random(1), 300, 0, 1);
        CovariateMoments two = arm(new Random(2), 7, 5, 1);
        CovariateMoments three = arm(new Random(3), 90, 9, 1);
        CovariateMoments left = one.plus(two).plus(three);
        CovariateMoments right = three.plus(two.plus(one));
        assertThat(left.products()).isCloseTo(right.products(), offset(1e-9));
        assertThat(left.values().squares()).isCloseTo(right.values().squares(), offset(1e-8));
    }

    @Test
    void unequalCountsAreRefused() {
        assertThatThrownBy(() -> new CovariateMoments(new Moments(2, 1, 1), new Moments(3, 1, 1), 0))
                .hasMessageContaining("same count");
    }
}
