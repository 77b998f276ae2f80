package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");

    @Test
    void theMeanOverAllOutcomesIsAtMostOneAtTheMarginInBothDirections() {
        // Given costs of 1 or 3 below a cap of 3, mean 1.5 in the control and exactly 1.5 (1 + m) in the candidate
        double[] atMargin = means(0.25, 0.4, 0.2);
        assertThat(atMargin[0]).as("harm").isBetween(0.5, 1 + 1e-12);
        assertThat(atMargin[1]).as("safe").isCloseTo(1, offset(1e-9));

        // Then a cheaper candidate shows no harm, a dearer one no safety
        assertThat(means(0.25, 0.25, 0.2)[0]).isLessThan(atMargin[0]);
        assertThat(means(0.25, 0.9, 0.2)[0]).isGreaterThan(1.05);
        assertThat(means(0.25, 0.25, 0.2)[1]).isGreaterThan(1.02);
        assertThat(means(0.25, 0.9, 0.2)[1]).isLessThan(0.95);
    }

    /** Over all arms and costs of five units, one a slot, after one control unit; share of the candidate 0.3. */
    private static double[] means(double controlHigh, double candidateHigh, double margin) {
        double[] means = new double[2];
        for (int outcome = 0; outcome < 1 << 10; outcome++) {
            CostEvidence evidence = new CostEvidence(margin, 3, 0.05, 0.05);
            evidence.add(List.of(CostUnit.of(false, 1)), 0.3);
            double probability = 1;
            for (int unit = 0; unit < 5; unit++) {
                boolean candidate = ((outcome >> (2 * unit)) & 1) == 1;
                boolean high = ((outcome >> (2 * unit + 1)) & 1) == 1;
                double chance = candidate ? candidateHigh : controlHigh;
                probability *= (candidate ? 0.3 : 0.7) * (high ? chance : 1 - chance);
                evidence.add(List.of(CostUnit.of(candidate, high ? 3 : 1)), 0.3);
            }
            means[0] += probability * Math.exp(evidence.logEHarm());
            means[1] += probability * Math.exp(evidence.logESafe());
        }
        return means;
    }

    @Test
    void equalCostsAreFalselyHarmedOrShownSafeWithinTheLevel() {
        // Given log-normal costs of mean 1 and variation 1.3, cap 50, no margin; the load rises by a third meanwhile
        int runs = LONG ? 4_000 : 300;
        int harmed = 0;
        int safe = 0;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            CostEvidence evidence = new CostEvidence(0, 50, 0.05, 0.05);
            double harmMost = 0;
            double safeMost = 0;
            for (int slot = 0; slot < 150; slot++) {
                double share = 0.1 + 0.4 * slot / 150;
                evidence.add(slot(random, 40, share, 1 + slot / 450.0, 1), share);
                harmMost = Math.max(harmMost, evidence.logEHarm());
                safeMost = Math.max(safeMost, evidence.logESafe());
            }
            harmed += harmMost >= Math.log(20) ? 1 : 0;
            safe += safeMost >= Math.log(20) ? 1 : 0;
        }
        System.out.printf("equal cost, no margin: harm %d, safety %d of %d ever reached 20%n", harmed, safe, runs);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
        assertThat(safe).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void aDearerCandidateIsFoundAndKnowingTheSizeFindsItSooner() {
        // Given 15 % more cost, margin 5 %, alpha 1 %, cap 20, split 50/50; size explains 90 % of the log's variance
        double blind = unitsUntil(true, 1.15, 0);
        double sized = unitsUntil(true, 1.15, 0.9);
        double safe = unitsUntil(false, 1, 0);
        double safeSized = unitsUntil(false, 1, 0.9);
        System.out.printf(
                "cost +15 %%, margin 5 %%: median %.0f units of both arms, %.0f with sizes; equal: shown %.0f, %.0f%n",
                blind, sized, safe, safeSized);
        assertThat(blind).isLessThan(25_000);
        assertThat(sized).isLessThan(blind);
    }

    private static double unitsUntil(boolean harm, double factor, double explained) {
        int runs = LONG ? 100 : 15;
        double[] units = new double[runs];
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            CostEvidence evidence = new CostEvidence(0.05, 20, 0.01, 0.05);
            while ((harm ? evidence.logEHarm() - Math.log(100) : evidence.logESafe() - Math.log(20)) < 0
                    && units[seed] < 200_000) {
                List<CostUnit> slot = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    boolean candidate = random.nextBoolean();
                    slot.add(unit(random, candidate, candidate ? factor : 1, explained));
                }
                evidence.add(slot, 0.5);
                units[seed] += 100;
            }
        }
        Arrays.sort(units);
        return units[runs / 2];
    }

    private static CostUnit unit(Random random, boolean candidate, double factor, double explained) {
        double size = Math.sqrt(explained) * random.nextGaussian();
        double other = Math.sqrt(1 - explained) * random.nextGaussian();
        double cost = Math.exp(SD * (size + other) - SD * SD / 2);
        double expected = Math.exp(SD * size - SD * SD * explained / 2);
        return new CostUnit(
                candidate, factor * cost, explained > 0 ? OptionalDouble.of(expected) : OptionalDouble.empty());
    }

    /** Variation 1.3. */
    private static final double SD = Math.sqrt(Math.log(1 + 1.3 * 1.3));

    private static List<CostUnit> slot(Random random, int count, double share, double scale, double factor) {
        List<CostUnit> units = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean candidate = random.nextDouble() < share;
            double cost = scale * Math.exp(SD * random.nextGaussian() - SD * SD / 2);
            units.add(CostUnit.of(candidate, candidate ? factor * cost : cost));
        }
        return units;
    }

    @Test
    void whatIsLostWithAnArmBecomesNoEvidence() {
        // Given both arms for a while, then a candidate alone, whose traffic grows dearer with the load
        Random random = new Random(7);
        CostEvidence evidence = new CostEvidence(0.05, 50, 0.01, 0.05);
        for (int i = 0; i < 20; i++) {
            evidence.add(slot(random, 50, 0.5, 1, 1), 0.5);
        }
        double before = evidence.logEHarm();
        for (int i = 0; i < 1_000; i++) {
            evidence.add(slot(random, 50, 1, 3, 1), 0.5);
        }
        // Then one slot may count, which is limited, and no more
        assertThat(evidence.logEHarm()).isLessThan(before + 2);
        double silent = evidence.logEHarm();
        evidence.add(List.of(), 0.5);
        assertThat(evidence.logEHarm()).isEqualTo(silent);

        // And without any control unit nothing is ever bet
        CostEvidence alone = new CostEvidence(0.05, 50, 0.01, 0.05);
        for (int i = 0; i < 100; i++) {
            alone.add(List.of(CostUnit.of(true, 49)), 0.5);
        }
        assertThat(alone.logEHarm()).isCloseTo(0, offset(1e-15));
        assertThat(alone.logESafe()).isCloseTo(0, offset(1e-15));
    }

    @Test
    void orderAndRestartDoNotMatterBitByBit() {
        Random random = new Random(3);
        CostEvidence whole = new CostEvidence(0.05, 50, 0.01, 0.05);
        CostEvidence shuffled = new CostEvidence(0.05, 50, 0.01, 0.05);
        for (int i = 0; i < 40; i++) {
            List<CostUnit> units = slot(random, 30, 0.4, 1, 1.4);
            whole.add(units, 0.4);
            List<CostUnit> other = new ArrayList<>(units);
            Collections.shuffle(other, random);
            shuffled.add(other, 0.4);
            if (i == 20) {
                StateWriter out = new StateWriter();
                shuffled.write(out);
                StateReader in = new StateReader(out.longs(), out.doubles());
                shuffled = new CostEvidence(0.05, 50, 0.01, 0.05);
                shuffled.read(in);
                in.finish();
            }
        }
        assertThat(shuffled.logEHarm()).isEqualTo(whole.logEHarm());
        assertThat(shuffled.logESafe()).isEqualTo(whole.logESafe());
    }

    @Test
    void costsAboveTheCapCountAsTheCapAndImpossibleInputIsRefused() {
        CostEvidence above = new CostEvidence(0.05, 10, 0.01, 0.05);
        CostEvidence at = new CostEvidence(0.05, 10, 0.01, 0.05);
        for (int i = 0; i < 30; i++) {
            above.add(List.of(CostUnit.of(i % 2 == 0, i % 2 == 0 ? 1e9 : 1)), 0.5);
            at.add(List.of(CostUnit.of(i % 2 == 0, i % 2 == 0 ? 10 : 1)), 0.5);
        }
        assertThat(above.logEHarm()).isEqualTo(at.logEHarm()).isGreaterThan(0);
        assertThatThrownBy(() -> above.add(List.of(), 1)).hasMessageContaining("between 1e-6 and 1 - 1e-6");
        assertThatThrownBy(() -> CostUnit.of(true, Double.NaN)).hasMessageContaining("at least 0, got NaN");
        assertThatThrownBy(() -> CostUnit.of(true, -1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> new CostUnit(true, 1, OptionalDouble.of(-1))).hasMessageContaining("expected cost");
        assertThatThrownBy(() -> new CostEvidence(-1, 1, 0.1, 0.1)).hasMessageContaining("margin of at least 0");
    }
}
