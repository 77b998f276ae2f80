package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleRatioEvidenceTest {
    /**
     * The arms of the first 402 units in the multinomial example of the Python package savvi: numpy's
     * {@code random.seed(1)}, then {@code random.multinomial(1, [.1, .3, .6])}.
     */
    private static final String SAVVI_ARMS =
            "1222211122111212011212212222222122112211112202122022112012021022221212221222121212022222202122221212"
                    + "1002101221012212211112222112221111221122222022102111122201122210222122222122121122212221201122221121"
                    + "2122222212202221222222112220122101220010222112121122222220210122211222220200222011122221121221211202"
                    + "1222222221122221212112122122121011220222222021222111210201121221222222122211220122122201120121202222"
                    + "02";

    /** The same for its Poisson example with rho = (.8, .2) and delta = (1.5, 2); 210 events. */
    private static final String SAVVI_EVENTS =
            "0100000000000100000011001100010010000101110100100000000000000000000010100100101110100101000100001000"
                    + "0010100101001001111000001001000100101011000000010001000100110001000000010001000000100100010011110001"
                    + "1010000011";

    @Test
    void theArmsOfSavviAreFoundOutAtTheSameUnitWithTheSamePValue() {
        // Given a null hypothesis of (.1, .4, .5), k = 100, alpha 5 %
        SampleRatioEvidence evidence = new SampleRatioEvidence(100, 0.1, 0.4, 0.5);
        double[][] running = {{0, 1}, {0, 1}, {0, 1}};
        int stop = 0;
        while (evidence.logE() < Math.log(20)) {
            long[] unit = new long[3];
            unit[SAVVI_ARMS.charAt(stop++) - '0'] = 1;
            evidence.add(unit);
            for (int arm = 0; arm < 3; arm++) {
                SampleRatioEvidence.Range range = evidence.plausible(arm, 0.05);
                running[arm][0] = Math.max(running[arm][0], range.lower());
                running[arm][1] = Math.min(running[arm][1], range.upper());
            }
        }

        // Then
        assertThat(stop).isEqualTo(402);
        assertThat(Math.exp(-evidence.logE())).isCloseTo(0.04845591105969517, offset(1e-13));
        double[][] atTheEnd = {{0.056453, 0.157705}, {0.245751, 0.402830}, {0.495076, 0.661109}};
        double[][] published = {{0.0566847681, 0.1493967591}, {0.2608987241, 0.4028302603}, {0.4971209299, 0.6517617329}
        };
        for (int arm = 0; arm < 3; arm++) {
            assertThat(evidence.plausible(arm, 0.05).lower()).isCloseTo(atTheEnd[arm][0], offset(6e-7));
            assertThat(evidence.plausible(arm, 0.05).upper()).isCloseTo(atTheEnd[arm][1], offset(6e-7));
            assertThat(running[arm][0]).as("lower %d", arm).isCloseTo(published[arm][0], offset(2e-7));
            assertThat(running[arm][1]).as("upper %d", arm).isCloseTo(published[arm][1], offset(2e-7));
        }
    }

    @Test
    void theTwoIntegerFormFindsTheCanaryOfSavviAtTheSameEvent() {
        SampleRatioEvidence evidence = new SampleRatioEvidence(100, 0.8, 0.2);
        double lower = Double.NEGATIVE_INFINITY;
        double upper = Double.POSITIVE_INFINITY;
        int stop = 0;
        while (evidence.logE() < Math.log(20)) {
            boolean candidate = SAVVI_EVENTS.charAt(stop++) == '1';
            evidence.add(candidate ? 0 : 1, candidate ? 1 : 0);
            lower = Math.max(lower, logRatio(evidence.plausible(1, 0.05).lower()));
            upper = Math.min(upper, logRatio(evidence.plausible(1, 0.05).upper()));
        }
        assertThat(stop).isEqualTo(210);
        assertThat(Math.exp(-evidence.logE())).isCloseTo(0.045579631759249686, offset(1e-13));
        assertThat(lower).isCloseTo(0.00464625, offset(1e-7));
        assertThat(upper).isCloseTo(0.75493987, offset(1e-7));
        assertThat(logRatio(evidence.plausible(1, 0.05).upper())).isCloseTo(0.99450644, offset(1e-7));
    }

    private static double logRatio(double share) {
        return Math.log(share / (1 - share) / (0.2 / 0.8));
    }

    @Test
    void theRegressionValuesOfSsrmAreEqual() {
        // Given the ten units of its test_regression, numpy seed 0, k = 10,000
        int[] arms = {2, 2, 2, 2, 0, 2, 2, 0, 1, 2};
        SampleRatioEvidence evidence = new SampleRatioEvidence(10_000, 0.1, 0.5, 0.4);
        double most = 0;
        for (int arm : arms) {
            long[] unit = new long[3];
            unit[arm] = 1;
            evidence.add(unit);
            most = Math.max(most, evidence.logE());
        }
        assertThat(Math.exp(evidence.logE())).isCloseTo(1.0017496120131435, offset(1e-10));
        assertThat(Math.exp(-most)).isCloseTo(0.9980534145723241, offset(1e-10));
        // Then it is nearer to whole-number arithmetic on the urn than the published values are
        assertThat(Math.exp(evidence.logE())).isCloseTo(1.0017496119912512, offset(1e-13));
        assertThat(Math.exp(-most)).isCloseTo(0.9980534145668962, offset(1e-13));
    }

    @Test
    void theValueEqualsAnUrnThatIsDrawnFromUnitByUnit() {
        // Given the predictive probability of the next unit, (k rho_i + c_i) / (k + n), against its share
        Random random = new Random(6);
        for (int run = 0; run < 200; run++) {
            double first = 0.05 + 0.5 * random.nextDouble();
            double[] shares = {first, 0.3, 0.7 - first};
            double k = Math.exp(10 * random.nextDouble() - 2);
            long[] counts = {random.nextInt(50), random.nextInt(3), random.nextInt(2_000)};
            SampleRatioEvidence evidence = new SampleRatioEvidence(k, shares);
            evidence.add(counts);
            double urn = 0;
            int n = 0;
            for (int i = 0; i < 3; i++) {
                for (int c = 0; c < counts[i]; c++) {
                    urn += Math.log((k * shares[i] + c) / ((k + n++) * shares[i]));
                }
            }
            assertThat(evidence.logE()).as("run %d", run).isCloseTo(urn, offset(1e-10));
        }
    }

    @Test
    void theMeanOverAllOutcomesIsOne() {
        double[] shares = {0.2, 0.5, 0.3};
        double mean = 0;
        for (int outcome = 0; outcome < 729; outcome++) {
            SampleRatioEvidence evidence = new SampleRatioEvidence(3, shares);
            double probability = 1;
            for (int unit = 0, rest = outcome; unit < 6; unit++, rest /= 3) {
                long[] one = new long[3];
                one[rest % 3] = 1;
                probability *= shares[rest % 3];
                evidence.add(one);
                if (unit == 2) {
                    evidence.change(0.2, 0.3, 0.5);
                    shares = new double[] {0.2, 0.3, 0.5};
                }
            }
            shares = new double[] {0.2, 0.5, 0.3};
            mean += probability * Math.exp(evidence.logE());
        }
        assertThat(mean).isCloseTo(1, offset(1e-12));
    }

    @Test
    void countsNearTheGreatestOfADoubleKeepTheirMeaning() {
        // Given 2^53 units of which the second arm got as many as it should
        SampleRatioEvidence even = new SampleRatioEvidence(1_000, 0.5, 0.5);
        even.add(1L << 52, 1L << 52);
        // Then E is (k/n)^(1/2) but for lower orders
        assertThat(even.logE()).isCloseTo(0.5 * Math.log(1_000 / Math.pow(2, 53)), offset(1e-3));

        // And a deviation of three in ten million is seen: KL = 2 d^2 nats a unit
        SampleRatioEvidence leak = new SampleRatioEvidence(1_000, 0.5, 0.5);
        long moved = (1L << 53) * 3 / 10_000_000;
        leak.add((1L << 52) - moved, (1L << 52) + moved);
        double expected = Math.pow(2, 53) * 2 * 9e-14 + even.logE();
        assertThat(leak.logE()).isCloseTo(expected, offset(1e-3 * expected));
        assertThat(leak.plausible(1, 0.05).lower()).isGreaterThan(0.5);
        assertThat(leak.plausible(1, 0.05).upper()).isLessThan(0.500001);
        assertThat(even.plausible(1, 0.05).lower()).isLessThan(0.5);

        // And what does not fit changes nothing, not by half either
        assertThatThrownBy(() -> even.add(1, Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
        assertThat(even.counts()).containsExactly(1L << 52, 1L << 52);
    }

    @Test
    void oneSidedTrafficIsFoundOutAndNothingSaysNothing() {
        SampleRatioEvidence evidence = new SampleRatioEvidence(SampleRatioEvidence.CONCENTRATION, 0.5, 0.5);
        assertThat(evidence.logE()).isCloseTo(0, offset(1e-13));
        assertThat(evidence.plausible(0, 0.01)).isEqualTo(new SampleRatioEvidence.Range(0, 1));
        evidence.add(0, 0);
        assertThat(evidence.logE()).isCloseTo(0, offset(1e-13));
        evidence.add(200, 0);
        assertThat(evidence.logE()).isGreaterThan(Math.log(1_000));
        assertThat(evidence.plausible(0, 0.01).upper()).isCloseTo(1, offset(1e-12));
        assertThat(evidence.plausible(1, 0.01).lower()).isZero();
        assertThat(evidence.plausible(1, 0.01).upper()).isLessThan(0.5);
    }

    @Test
    void aLeakIsFoundAfterAsManyUnitsAsRecordedAndAnEvenSplitStaysWithinTheLevel() {
        // Given 50/50 and a threshold of 1,000; recorded: 55/45 seen after 1,863 and 4,496 units, 52/48 after 10.9k,
        // 14.1k
        assertThat(medianUnits(0.55, 1_000)).isBetween(1_400.0, 2_500.0);
        assertThat(medianUnits(0.55, 10_000)).isBetween(3_800.0, 5_600.0);
        assertThat(medianUnits(0.52, 1_000)).isBetween(8_000.0, 14_000.0);
        assertThat(medianUnits(0.52, 10_000)).isBetween(11_000.0, 17_500.0);

        int found = 0;
        int runs = 1_000;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            SampleRatioEvidence evidence = new SampleRatioEvidence(100, 0.5, 0.5);
            double most = 0;
            for (int i = 0; i < 1_000; i++) {
                boolean second = random.nextBoolean();
                evidence.add(second ? 0 : 1, second ? 1 : 0);
                most = Math.max(most, evidence.logE());
            }
            found += most >= Math.log(20) ? 1 : 0;
        }
        System.out.printf("even split: mismatch ever found in %d of %d%n", found, runs);
        assertThat(found).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    private static double medianUnits(double share, double concentration) {
        int runs = 41;
        double[] units = new double[runs];
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            SampleRatioEvidence evidence = new SampleRatioEvidence(concentration, 0.5, 0.5);
            while (evidence.logE() < Math.log(1_000)) {
                boolean second = random.nextDouble() < share;
                evidence.add(second ? 0 : 1, second ? 1 : 0);
                units[seed]++;
            }
        }
        Arrays.sort(units);
        System.out.printf("share %.2f, k %.0f: median %.0f units%n", share, concentration, units[runs / 2]);
        return units[runs / 2];
    }

    @Test
    void stretchesMultiplyAndARestartContinuesBitByBit() {
        SampleRatioEvidence first = new SampleRatioEvidence(1_000, 0.9, 0.1);
        first.add(800, 200);
        double before = first.logE();
        first.change(0.9, 0.1);
        assertThat(first.counts()).containsExactly(800, 200);
        first.change(0.5, 0.5);
        assertThat(first.counts()).containsExactly(0, 0);
        assertThat(first.logE()).isCloseTo(before, offset(1e-12));
        first.add(100, 180);

        StateWriter out = new StateWriter();
        first.write(out);
        SampleRatioEvidence continued = new SampleRatioEvidence(1_000, 0.9, 0.1);
        StateReader in = new StateReader(out.longs(), out.doubles());
        continued.read(in);
        in.finish();
        assertThat(continued.logE()).isEqualTo(first.logE());
        assertThat(continued.counts()).containsExactly(100, 180);
        continued.add(7, 9);
        first.add(3, 4);
        first.add(4, 5);
        assertThat(continued.logE()).isEqualTo(first.logE());
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new SampleRatioEvidence(0, 0.5, 0.5)).hasMessageContaining("between 0 and 1e12");
        assertThatThrownBy(() -> new SampleRatioEvidence(10, 1)).hasMessageContaining("2 to 64 arms");
        assertThatThrownBy(() -> new SampleRatioEvidence(10, 0.5, 0.6)).hasMessageContaining("sum to one");
        assertThatThrownBy(() -> new SampleRatioEvidence(10, 1, 0)).hasMessageContaining("positive");
        SampleRatioEvidence evidence = new SampleRatioEvidence(10, 0.5, 0.5);
        assertThatThrownBy(() -> evidence.add(1, -1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> evidence.add(1)).hasMessageContaining("expected 2 counts");
        assertThatThrownBy(() -> evidence.change(1)).hasMessageContaining("expected 2 shares");
        assertThatThrownBy(() -> evidence.plausible(0, 1)).hasMessageContaining("alpha");
    }
}
