package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");

    private static PairedEvidence of(double margin, long alike, long control, long candidate) {
        PairedEvidence evidence = new PairedEvidence(margin);
        evidence.add(new PairCounts(alike, control, candidate));
        return evidence;
    }

    @Test
    void withoutAMarginHarmIsMcNemarsTestOverAGridOfChances() {
        double expected = 0;
        for (int i = 0; i < 24; i++) {
            double theta = 0.5 + 0.5 * (0.02 + 0.88 * i / 23);
            expected += Math.pow(theta / 0.5, 9) * Math.pow((1 - theta) / 0.5, 4) / 24;
        }
        assertThat(Math.exp(of(0, 1_000, 4, 9).logEHarm())).isCloseTo(expected, offset(1e-10));
        // Then pairs that are alike do not count, and safety is the same test of the other arm
        assertThat(of(0, 5, 4, 9).logEHarm()).isEqualTo(of(0, 0, 4, 9).logEHarm());
        assertThat(of(0, 5, 9, 4).logESafe()).isCloseTo(of(0, 0, 4, 9).logEHarm(), offset(1e-12));
    }

    @Test
    void theMeanOverAllOutcomesIsOneAtTheMarginAndLessWithinTheHypothesis() {
        // Given a margin of a tenth, twelve pairs, three in ten of them discordant
        assertThat(mean(true, 0.1, 0.1, 0.2)).isCloseTo(1, offset(1e-9));
        assertThat(mean(false, 0.1, 0.1, 0.2)).isCloseTo(1, offset(1e-9));
        assertThat(mean(true, 0.1, 0.15, 0.15)).isLessThan(0.9);
        assertThat(mean(false, 0.1, 0.05, 0.25)).isLessThan(0.9);
        assertThat(mean(true, 0.1, 0.02, 0.5)).isGreaterThan(2);
        assertThat(mean(false, 0.1, 0.3, 0.02)).isGreaterThan(2);
    }

    private static double mean(boolean harm, double margin, double onlyControl, double onlyCandidate) {
        int n = 12;
        double mean = 0;
        for (int c = 0; c <= n; c++) {
            for (int b = 0; b + c <= n; b++) {
                double probability = Exact.choose(n, c).doubleValue()
                        * Exact.choose(n - c, b).doubleValue()
                        * Math.pow(onlyCandidate, c)
                        * Math.pow(onlyControl, b)
                        * Math.pow(1 - onlyControl - onlyCandidate, n - b - c);
                PairedEvidence evidence = of(margin, n - b - c, b, c);
                mean += probability * Math.exp(harm ? evidence.logEHarm() : evidence.logESafe());
            }
        }
        return mean;
    }

    @Test
    void twoPointsAreFoundAfterAsManyPairsAsRecorded() {
        // Given alpha 1 %, two points less accuracy; recorded: 744, 1,671, 3,630 pairs at 3, 6 and 12 % discordant
        assertThat(pairsUntilHarm(0.03)).isBetween(0.75 * 744, 1.25 * 744);
        assertThat(pairsUntilHarm(0.06)).isBetween(0.75 * 1_671, 1.25 * 1_671);
        assertThat(pairsUntilHarm(0.12)).isBetween(0.75 * 3_630, 1.25 * 3_630);
    }

    private static double pairsUntilHarm(double discordant) {
        int runs = LONG ? 2_000 : 300;
        double[] pairs = new double[runs];
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            PairedEvidence evidence = new PairedEvidence(0);
            while (evidence.logEHarm() < Math.log(100)) {
                evidence.add(draw(random, 10, (discordant - 0.02) / 2, (discordant + 0.02) / 2));
                pairs[seed] += 10;
            }
        }
        double mean = Arrays.stream(pairs).average().orElseThrow();
        Arrays.sort(pairs);
        System.out.printf(
                "two points, %.0f %% discordant: mean %.0f, median %.0f pairs%n",
                100 * discordant, mean, pairs[runs / 2]);
        return mean;
    }

    private static PairCounts draw(Random random, int count, double onlyControl, double onlyCandidate) {
        int control = 0;
        int candidate = 0;
        for (int i = 0; i < count; i++) {
            double at = random.nextDouble();
            control += at < onlyControl ? 1 : 0;
            candidate += at >= 1 - onlyCandidate ? 1 : 0;
        }
        return new PairCounts(count - control - candidate, control, candidate);
    }

    @Test
    void exactlyAtTheMarginFalseConclusionsStayWithinTheLevel() {
        int runs = LONG ? 4_000 : 400;
        int harmed = 0;
        int safe = 0;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            PairedEvidence evidence = new PairedEvidence(0.005);
            double harmMost = 0;
            double safeMost = 0;
            for (int i = 0; i < 400; i++) {
                // The disagreement itself wanders
                double discordant = 0.06 + 0.04 * Math.sin(i / 30.0);
                evidence.add(draw(random, 20, (discordant - 0.005) / 2, (discordant + 0.005) / 2));
                harmMost = Math.max(harmMost, evidence.logEHarm());
                safeMost = Math.max(safeMost, evidence.logESafe());
            }
            harmed += harmMost >= Math.log(20) ? 1 : 0;
            safe += safeMost >= Math.log(20) ? 1 : 0;
        }
        System.out.printf("pairs exactly at their margin: harm %d, safety %d of %d%n", harmed, safe, runs);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
        assertThat(safe).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void aCandidateThatAlwaysAgreesIsSoonShownSafe() {
        // Given a margin of half a point: no bet gains more than -ln 0.995 a pair
        assertThat(of(0.005, 1_200, 0, 0).logESafe()).isGreaterThan(Math.log(20));
        assertThat(of(0.005, 1_200, 0, 0).logEHarm()).isLessThan(0);
        assertThat(of(0, 900, 0, 0).logESafe()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void hugeCountsStayNumbersInAnyOrder() {
        PairedEvidence forward = of(0.1, 1L << 53, (1L << 53) - 1, 0);
        forward.add(new PairCounts(0, 0, 1L << 53));
        PairedEvidence backward = of(0.1, 0, 0, 1L << 53);
        backward.add(new PairCounts(1L << 53, (1L << 53) - 1, 0));
        assertThat(forward.logEHarm()).isEqualTo(backward.logEHarm()).isFinite().isLessThan(-1e9);
        assertThat(forward.logESafe()).isFinite().isGreaterThan(1e9);
        assertThatThrownBy(() -> forward.add(new PairCounts(Long.MAX_VALUE, 0, 0)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void emptyInputChangesNothingAndARestartContinues() {
        PairedEvidence evidence = of(0.01, 0, 0, 0);
        assertThat(evidence.logEHarm()).isCloseTo(0, offset(1e-14));
        assertThat(evidence.logESafe()).isCloseTo(0, offset(1e-14));
        assertThat(evidence.tally().difference()).isZero();
        evidence.add(new PairCounts(90, 3, 7));
        StateWriter out = new StateWriter();
        evidence.write(out);
        PairedEvidence continued = new PairedEvidence(0.01);
        StateReader in = new StateReader(out.longs(), out.doubles());
        continued.read(in);
        in.finish();
        assertThat(continued.logEHarm()).isEqualTo(evidence.logEHarm());
        assertThat(continued.tally().difference()).isEqualTo(0.04);
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new PairedEvidence(0.5)).hasMessageContaining("between 0 and 1/2");
        assertThatThrownBy(() -> new PairCounts(1, -1, 0)).hasMessageContaining("at least 0");
    }
}
