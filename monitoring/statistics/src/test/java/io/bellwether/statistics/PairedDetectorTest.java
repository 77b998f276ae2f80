package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDetectorTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");

    /** The nine inner deciles of the normal law. */
    private static final double[] DECILES = {
        -1.2815515655446004,
        -0.8416212335729142,
        -0.5244005127080407,
        -0.2533471031357997,
        0,
        0.2533471031357997,
        0.5244005127080407,
        0.8416212335729142,
        1.2815515655446004
    };

    private static final BinAlternatives TEN = BinAlternatives.ofValues(known(), 0);

    /** A reference so large that it is known. */
    private static long[] known() {
        long[] reference = new long[10];
        Arrays.fill(reference, 1L << 40);
        return reference;
    }

    private static int bin(double value) {
        int bin = 0;
        while (bin < DECILES.length && value >= DECILES[bin]) {
            bin++;
        }
        return bin;
    }

    @Test
    void alternativesAreDistributionsAndNamed() {
        BinAlternatives alternatives = BinAlternatives.ofValues(new long[] {50, 400, 300, 200, 0, 7}, 2);
        assertThat(alternatives.size()).isEqualTo(16 + 3 * 6);
        for (int k = 0; k < alternatives.size(); k++) {
            int number = k;
            double sum = IntStream.range(0, 6)
                    .mapToDouble(b -> alternatives.reference(b) * Math.exp(alternatives.logWeight(number, b)))
                    .sum();
            assertThat(sum).as(alternatives.name(k)).isCloseTo(1, offset(1e-12));
        }
        assertThat(alternatives.name(0)).isEqualTo("higher");
        assertThat(alternatives.name(1)).isEqualTo("wider");
        assertThat(alternatives.name(33)).isEqualTo("bin 5 emptier");
        assertThat(BinAlternatives.ofCategories(new long[] {5, 5}).size()).isEqualTo(6);
    }

    @Test
    void theEvidenceEqualsItsDefinition() {
        // Given two windows of three categories with their own shares
        BinAlternatives alternatives = BinAlternatives.ofCategories(new long[] {10, 20, 30});
        PairedDetector judging = PairedDetector.judging(alternatives);
        PairedDetector watching = PairedDetector.watching(alternatives);
        long[][][] windows = {{{3, 1, 4}, {1, 5, 0}}, {{2, 6, 5}, {3, 5, 8}}};
        double[] shares = {0.3, 0.6};
        double product = 0;
        double restarted = 0;
        for (int k = 0; k < alternatives.size(); k++) {
            double[] factors = {1, 1};
            for (int t = 0; t < 2; t++) {
                for (int b = 0; b < 3; b++) {
                    double w = Math.exp(alternatives.logWeight(k, b));
                    double chance = shares[t] * w / (shares[t] * w + 1 - shares[t]);
                    factors[t] *= Math.pow(chance / shares[t], (double) windows[t][1][b])
                            * Math.pow((1 - chance) / (1 - shares[t]), (double) windows[t][0][b]);
                }
            }
            product += factors[0] * factors[1] / alternatives.size();
            restarted += (factors[0] + 1) * factors[1] / alternatives.size();
        }
        for (int t = 0; t < 2; t++) {
            judging.add(windows[t][0], windows[t][1], shares[t]);
            watching.add(windows[t][0], windows[t][1], shares[t]);
        }
        assertThat(Math.exp(judging.logE())).isCloseTo(product, offset(1e-11 * product));
        assertThat(Math.exp(watching.logE())).isCloseTo(restarted, offset(1e-11 * restarted));
    }

    @Test
    void theMeanIsOneWhateverTheDistributionOverTheBins() {
        // Given three units that all fall where the reference hardly ever was, and then elsewhere
        BinAlternatives alternatives = BinAlternatives.ofValues(new long[] {100, 50, 0}, 1);
        int[] bins = {2, 2, 0, 1};
        double mean = 0;
        for (int outcome = 0; outcome < 16; outcome++) {
            PairedDetector detector = PairedDetector.judging(alternatives);
            double probability = 1;
            for (int i = 0; i < 4; i++) {
                boolean candidate = (outcome >> i & 1) == 1;
                double share = 0.1 + 0.2 * i;
                probability *= candidate ? share : 1 - share;
                long[] one = new long[3];
                one[bins[i]] = 1;
                detector.add(candidate ? new long[3] : one, candidate ? one : new long[3], share);
            }
            mean += probability * Math.exp(detector.logE());
        }
        assertThat(mean).isCloseTo(1, offset(1e-12));
    }

    @Test
    void againstAKnownReferenceDelaysAndFalseAlarmsAreTheRecordedOnes() {
        // Given windows of 50 events, A = 1,000; recorded mean delays in events
        assertThat(meanDelay(0.1)).isBetween(0.65 * 1_760, 1.35 * 1_760);
        assertThat(meanDelay(0.2)).isBetween(0.65 * 520, 1.35 * 520);
        assertThat(meanDelay(0.3)).isBetween(0.65 * 270, 1.35 * 270);
        assertThat(meanDelay(0.5)).isBetween(0.65 * 120, 1.35 * 120);
        assertThat(meanDelay(1)).isBetween(50.0, 1.35 * 51);

        // Then without a change there are 1,000 windows or more between false alarms; recorded 1,907
        int runs = LONG ? 400 : 60;
        double windows = 0;
        for (int seed = 0; seed < runs; seed++) {
            windows += againstReference(new Random(seed), 0, 0, 5_000);
        }
        System.out.printf("no change: %.0f windows on average until an alarm, cut at 5,000%n", windows / runs);
        assertThat(windows / runs).isGreaterThan(1_000);

        // And a season that the reference does not know alarms all the time; recorded 16 windows
        double season = 0;
        for (int seed = 0; seed < 20; seed++) {
            season += againstReference(new Random(seed), 0, 0.3, 5_000) / 20.0;
        }
        System.out.printf("a season of sd 0.3 against a fixed reference: %.0f windows until an alarm%n", season);
        assertThat(season).isLessThan(60);
    }

    private static double meanDelay(double shift) {
        int runs = LONG ? 400 : 60;
        double events = 0;
        for (int seed = 0; seed < runs; seed++) {
            events += 50.0 * againstReference(new Random(seed), shift, 0, 5_000) / runs;
        }
        System.out.printf("known reference, shift %.1f sd: %.0f events%n", shift, events);
        return events;
    }

    /** Windows until an alarm of the mixture on plain likelihood ratios of the bins. */
    private static int againstReference(Random random, double shift, double season, int most) {
        ChangeMixture mixture = new ChangeMixture(TEN.size(), true);
        for (int t = 0; t < most; t++) {
            double[] logFactors = new double[TEN.size()];
            double middle = shift + season * Math.sqrt(2) * Math.sin(2 * Math.PI * t / 144);
            for (int i = 0; i < 50; i++) {
                int bin = bin(middle + random.nextGaussian());
                for (int k = 0; k < logFactors.length; k++) {
                    logFactors[k] += TEN.logWeight(k, bin);
                }
            }
            mixture.add(logFactors);
            if (mixture.logValue() >= Math.log(1_000)) {
                return t + 1;
            }
        }
        return most;
    }

    @Test
    void besideTheControlASeasonIsNoChangeAndAShiftIsFoundAsRecorded() {
        // Given 10 % canary, windows of 50 events, a season of sd 0.3 and inertia from window to window, A = 1,000
        int runs = LONG ? 400 : 60;
        int alarms = 0;
        for (int seed = 0; seed < runs; seed++) {
            alarms += candidatesUntilAlarm(new Random(seed), 0, 600) < 0 ? 0 : 1;
        }
        System.out.printf("a season beside the control: %d of %d alarm within 600 windows%n", alarms, runs);
        // Then most are silent, recorded 80 %; T/A bounds alarms by 60 %
        assertThat(alarms).isLessThanOrEqualTo(runs * 35 / 100);

        // And recorded means are 144 and 56 events of the canary
        assertThat(meanCandidates(0.5)).isBetween(0.5 * 144, 1.2 * 144);
        assertThat(meanCandidates(1)).isBetween(0.4 * 56, 1.2 * 56);
    }

    private static double meanCandidates(double shift) {
        int runs = LONG ? 400 : 60;
        double candidates = 0;
        for (int seed = 0; seed < runs; seed++) {
            candidates += candidatesUntilAlarm(new Random(seed), shift, 5_000) / (double) runs;
        }
        System.out.printf("beside the control, shift %.1f sd: %.0f events of the canary%n", shift, candidates);
        return candidates;
    }

    private static int candidatesUntilAlarm(Random random, double shift, int most) {
        PairedDetector detector = PairedDetector.watching(TEN);
        int candidates = 0;
        double inertia = 0;
        for (int t = 0; t < most; t++) {
            inertia = 0.9 * inertia + 0.1 * random.nextGaussian();
            double middle = 0.3 * Math.sqrt(2) * Math.sin(2 * Math.PI * t / 144) + inertia;
            long[][] counts = new long[2][10];
            for (int i = 0; i < 50; i++) {
                int arm = random.nextDouble() < 0.1 ? 1 : 0;
                counts[arm][bin(middle + arm * shift + random.nextGaussian())]++;
                candidates += arm;
            }
            detector.add(counts[0], counts[1], 0.1);
            if (detector.logE() >= Math.log(1_000)) {
                return candidates;
            }
        }
        return -1;
    }

    @Test
    void theVerdictNamesWhatChangedAndWhen() {
        PairedDetector detector = PairedDetector.watching(BinAlternatives.ofValues(known(), 1));
        Random random = new Random(5);
        for (int t = 0; t < 60; t++) {
            long[][] counts = new long[2][10];
            for (int i = 0; i < 200; i++) {
                int arm = random.nextInt(2);
                counts[arm][t >= 40 && arm == 1 && random.nextInt(10) < 4 ? 9 : random.nextInt(10)]++;
            }
            detector.add(counts[0], counts[1], 0.5);
            if (t == 39) {
                assertThat(detector.logE()).isLessThan(Math.log(1_000));
            }
        }
        assertThat(detector.logE()).isGreaterThan(Math.log(1e6));
        assertThat(detector.strongest()).isEqualTo("bin 9 fuller");
        assertThat(detector.start()).isBetween(37L, 41L);
        assertThat(detector.windows()).isEqualTo(60);
    }

    @Test
    void emptyWindowsHugeCountsAndOneArmStayNumbers() {
        PairedDetector judging = PairedDetector.judging(TEN);
        PairedDetector watching = PairedDetector.watching(TEN);
        assertThat(judging.logE()).isCloseTo(0, offset(1e-13));
        assertThat(watching.logE()).isEqualTo(Double.NEGATIVE_INFINITY);
        for (int t = 0; t < 100; t++) {
            judging.add(new long[10], new long[10], 0.5);
            watching.add(new long[10], new long[10], 0.5);
        }
        assertThat(judging.logE()).isCloseTo(0, offset(1e-13));
        assertThat(watching.logE()).as("a window counts though it is empty").isCloseTo(Math.log(100), offset(1e-9));

        long[] huge = new long[10];
        Arrays.fill(huge, 1L << 53);
        judging.add(huge, huge, 0.5);
        assertThat(judging.logE()).isFinite().isLessThan(-1e9);
        for (int t = 0; t < 5; t++) {
            judging.add(huge, huge, 0.5);
            watching.add(huge, huge, 0.5);
        }
        assertThat(judging.logE()).isFinite();
        watching.add(new long[10], new long[10], 0.5);
        assertThat(watching.logE()).as("a good past is forgotten").isCloseTo(0, offset(1e-9));
        long[] oneBin = new long[10];
        oneBin[3] = 1L << 53;
        watching.add(new long[10], oneBin, 0.5);
        assertThat(watching.logE()).isFinite().isGreaterThan(1e9);
    }

    @Test
    void countsOfWorkersAddUpInAnyOrderAndARestartContinuesBitByBit() {
        Random random = new Random(2);
        PairedDetector whole = PairedDetector.watching(TEN);
        PairedDetector restarted = PairedDetector.watching(TEN);
        for (int t = 0; t < 30; t++) {
            long[] control = random.longs(10, 0, 30).toArray();
            long[] candidate = random.longs(10, 0, 9).toArray();
            whole.add(control, candidate, 0.2);
            restarted.add(control, candidate, 0.2);
            if (t == 11) {
                StateWriter out = new StateWriter();
                restarted.write(out);
                restarted = PairedDetector.watching(TEN);
                StateReader in = new StateReader(out.longs(), out.doubles());
                restarted.read(in);
                in.finish();
            }
        }
        assertThat(restarted.logE()).isEqualTo(whole.logE());
        assertThat(restarted.start()).isEqualTo(whole.start());
        assertThat(restarted.strongest()).isEqualTo(whole.strongest());
    }

    @Test
    void impossibleInputIsRefused() {
        PairedDetector detector = PairedDetector.judging(TEN);
        assertThatThrownBy(() -> detector.add(new long[9], new long[10], 0.5)).hasMessageContaining("expected 10 bins");
        assertThatThrownBy(() -> detector.add(new long[10], new long[10], 1)).hasMessageContaining("strictly between");
        long[] negative = new long[10];
        negative[4] = -1;
        assertThatThrownBy(() -> detector.add(negative, new long[10], 0.5)).hasMessageContaining("bin 4");
        assertThat(detector.windows()).isZero();
        assertThatThrownBy(() -> BinAlternatives.ofCategories(new long[1])).hasMessageContaining("2 to 256 bins");
        assertThatThrownBy(() -> BinAlternatives.ofCategories(negative)).hasMessageContaining("negative");
        assertThatThrownBy(() -> BinAlternatives.ofValues(new long[4], 5)).hasMessageContaining("ordered -1");
    }
}
