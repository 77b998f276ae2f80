package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class BernoulliEProcessTest {
    private static double logE(BernoulliEProcess process, long count, long events) {
        process.add(count, events);
        return process.logE();
    }

    @Test
    void theMeanIsOneAtTheFloorAndAtMostOneWithinTheHypothesis() {
        double floor = 0.05;
        for (int n = 1; n <= 40; n += 13) {
            assertThat(mean(true, floor, n, floor)).isCloseTo(1, offset(1e-9));
            assertThat(mean(false, floor, n, floor)).isCloseTo(1, offset(1e-9));
            assertThat(mean(true, floor, n, 0.02)).isLessThan(1);
            assertThat(mean(false, floor, n, 0.3)).isLessThan(1);
        }
    }

    private static double mean(boolean harm, double floor, int n, double share) {
        double mean = 0;
        for (int k = 0; k <= n; k++) {
            BernoulliEProcess process = harm ? BernoulliEProcess.harm(floor) : BernoulliEProcess.safety(floor);
            mean += Exact.binomial(n, k, share) * Math.exp(logE(process, n, k));
        }
        return mean;
    }

    @Test
    void cleanUnitsNeverGiveMoreThanTheirBound() {
        int unitsNeeded = 0;
        for (int n = 100; n <= 2000; n += 10) {
            double logE = logE(BernoulliEProcess.safety(0.005), n, 0);
            assertThat(logE).isLessThanOrEqualTo(-n * Math.log1p(-0.005));
            unitsNeeded = unitsNeeded == 0 && logE >= Math.log(20) ? n : unitsNeeded;
        }
        // Then the mixture over alternatives costs less than half again of the bound, 598
        assertThat(unitsNeeded).isBetween(598, 850);
    }

    @Test
    void aWholeOutageIsSeenWithinAFewRequests() {
        assertThat(logE(BernoulliEProcess.harm(0.005), 4, 4)).isGreaterThan(Math.log(1000));
    }

    @Test
    void hugeCountsStayNumbersAndContinueExactly() {
        BernoulliEProcess whole = BernoulliEProcess.safety(0.005);
        whole.add(1L << 53, 3);
        assertThat(whole.logE()).isGreaterThan(1e12).isLessThan(Double.POSITIVE_INFINITY);
        BernoulliEProcess continued = BernoulliEProcess.safety(0.005);
        continued.restore(whole.logComponents());
        whole.add(100, 9);
        continued.add(100, 9);
        assertThat(continued.logComponents()).containsExactly(whole.logComponents());
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> BernoulliEProcess.harm(0)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> BernoulliEProcess.harm(0.1).add(3, 4)).hasMessageContaining("between 0 and the count");
        assertThatThrownBy(() -> BernoulliEProcess.harm(0.1).restore(new double[2]))
                .hasMessageContaining("expected 20");
    }
}
