package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoundedBettingTest {
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

    private static double[] of(double... values) {
        return values;
    }

    @Test
    void theWealthEqualsTheThreeBettorsWrittenOut() {
        // Given two slots with a bound of -2, alpha 5 %
        BoundedBetting betting = new BoundedBetting(0.05, NO_LIMIT);
        betting.add(of(1, -0.5), -2);
        betting.add(of(3), -2);

        // When their fractions are worked out by hand: first from the prior, then from mean 1/4 and squares 1.125
        double plugIn1 = Math.min(0.25, Math.sqrt(2 * Math.log(20) / (1 * 1 * Math.log(2))));
        double variance = (1 + 1.125) / 3;
        double plugIn2 = Math.min(0.25, Math.sqrt(2 * Math.log(20) / (variance * 3 * Math.log(4))));
        double mean = 0.25 * 2 / 3;
        double kelly2 = Math.min(0.25, mean / (variance + mean * mean));
        double plugIn = (1 + plugIn1) * (1 - 0.5 * plugIn1) * (1 + 3 * plugIn2);
        double kelly = 1 + 3 * kelly2;
        double grid = 0;
        for (int j = 0; j < 8; j++) {
            double fraction = 0.25 / (1 << j);
            grid += (1 + fraction) * (1 - 0.5 * fraction) * (1 + 3 * fraction) / 8;
        }

        // Then
        assertThat(Math.exp(betting.logE())).isCloseTo((plugIn + kelly + grid) / 3, offset(1e-12));
    }

    @Test
    void theMeanOverAllOutcomesIsOneAtAMeanOfZeroAndLessBelow() {
        // Given a value that is 4 once in five times and -1 otherwise, seven slots
        assertThat(mean(7, 0.2, NO_LIMIT)).isCloseTo(1, offset(1e-12));
        assertThat(mean(7, 0.1, NO_LIMIT)).isLessThan(0.9);
        assertThat(mean(7, 0.2, 0.3)).as("with a limit for one slot").isLessThan(0.99);
        assertThat(mean(7, 0.4, NO_LIMIT)).isGreaterThan(2);
    }

    private static double mean(int slots, double chance, double logSlotMax) {
        double mean = 0;
        for (int outcome = 0; outcome < 1 << slots; outcome++) {
            BoundedBetting betting = new BoundedBetting(0.01, logSlotMax);
            double probability = 1;
            for (int slot = 0; slot < slots; slot++) {
                boolean high = (outcome >> slot & 1) == 1;
                betting.add(of(high ? 4 : -1), -1);
                probability *= high ? chance : 1 - chance;
            }
            mean += probability * Math.exp(betting.logE());
        }
        return mean;
    }

    @Test
    void theOrderWithinASlotDoesNotMatterBitByBit() {
        SplittableRandom random = new SplittableRandom(1);
        BoundedBetting forward = new BoundedBetting(0.01, 2);
        BoundedBetting backward = new BoundedBetting(0.01, 2);
        for (int slot = 0; slot < 50; slot++) {
            double[] values = random.doubles(20, -1, 1.1).toArray();
            double[] reversed = new double[20];
            for (int i = 0; i < 20; i++) {
                reversed[i] = values[19 - i];
            }
            forward.add(values, -1);
            backward.add(reversed, -1);
        }
        assertThat(backward.logE()).isEqualTo(forward.logE());
    }

    @Test
    void ruinIsNeverCompleteAndEvidenceStaysANumber() {
        BoundedBetting ruined = new BoundedBetting(0.01, NO_LIMIT);
        BoundedBetting rich = new BoundedBetting(0.01, NO_LIMIT);
        BoundedBetting tiny = new BoundedBetting(0.01, NO_LIMIT);
        BoundedBetting huge = new BoundedBetting(0.01, NO_LIMIT);
        for (int i = 0; i < 20_000; i++) {
            ruined.add(of(-1), -1);
            rich.add(of(1e6), -1);
            tiny.add(of(1e-100, -1e-100), -1e-100);
            huge.add(of(1e100, -1e100), -1e100);
        }
        // Then Kelly's third is never at stake while the past mean is not positive, and nothing overflows or becomes
        // NaN
        assertThat(ruined.logE()).isCloseTo(-Math.log(3), offset(1e-12));
        assertThat(rich.logE()).isBetween(1e5, 1e6);
        assertThat(tiny.logE()).isFinite().isLessThan(0);
        assertThat(huge.logE()).isFinite().isLessThan(0);
    }

    @Test
    void anEmptySlotChangesNothingAndImpossibleInputIsRefused() {
        BoundedBetting betting = new BoundedBetting(0.01, NO_LIMIT);
        betting.add(of(), -1);
        assertThat(betting.logE()).isCloseTo(0, offset(1e-15));
        assertThat(betting.count()).isZero();
        assertThatThrownBy(() -> betting.add(of(0.1, -1.1), -1))
                .hasMessageContaining("between -1.0 and 1e100, got -1.1");
        assertThatThrownBy(() -> betting.add(of(0.1, Double.NaN), -1)).hasMessageContaining("got 0.1 to NaN");
        assertThatThrownBy(() -> betting.add(of(0.1), 0)).hasMessageContaining("-1e-100, got 0.0");
        assertThatThrownBy(() -> new BoundedBetting(0, 1)).hasMessageContaining("alpha between 0 and 1");
        assertThat(betting.count()).isZero();
    }
}
