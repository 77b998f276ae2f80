package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class CostEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final double TWENTY = Math.log(20);

    /** A tenth of a budget of 1 %, half of it on harm from the beginning. */
    private static final double SHARE_OF_BUDGET = Math.log(2_000);

    /** Log-normal costs of mean 1e6 with so much variation. */
    private record Law(double variation) {
        double draw(Random random) {
            double variance = Math.log1p(variation * variation);
            return 1e6 * Math.exp(Math.sqrt(variance) * random.nextGaussian() - variance / 2);
        }
    }

    /** Both arms of a rollout, slot by slot. */
    private static final class Play {
        final CostEvidence evidence;
        final PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.5);
        long slot;

        Play(double margin) {
            evidence = new CostEvidence(margin);
        }

        void add(double[] control, double[] candidate) {
            LogHistogram fromControl = histogram(control);
            evidence.add(past, fromControl, histogram(candidate));
            past.add(slot++, fromControl);
        }
    }

    private static LogHistogram histogram(double[] values) {
        int[] buckets = new int[values.length];
        long[] ones = new long[values.length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < values.length; i++) {
            buckets[i] = BucketScale.bucketOf(values[i]);
        }
        return LogHistogram.of(buckets, ones);
    }

    /** What a candidate's request costs, relative to what the stable version's does. */
    private interface Factor {
        double draw(Random random);
    }

    private static double[] slot(Random random, Law law, int count, double load, Factor factor) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = load * law.draw(random) * factor.draw(random);
        }
        return values;
    }

    private static double[] control(Random random, Law law, int count) {
        return slot(random, law, count, 1, any -> 1);
    }

    @Test
    void aCandidateAtTheMarginIsFalselyHarmedOrShownSafeWithinTheLevel() {
        // Given a candidate exactly three buckets dearer, a load that makes both a third dearer, a share from 10 to 50
        // %
        int runs = LONG ? 2_000 : 200;
        double atMargin = Math.pow(1.02, 3);
        int harmed = 0;
        int safe = 0;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            Play play = new Play(0.05);
            double harmMost = 0;
            double safeMost = 0;
            for (int i = 0; i < 400; i++) {
                double load = 1 + i / 1_200.0;
                int ofCandidate = 2 + i / 50;
                play.add(
                        slot(random, new Law(1.3), 12 - ofCandidate / 2, load, any -> 1),
                        slot(random, new Law(1.3), ofCandidate, load, any -> atMargin));
                harmMost = Math.max(harmMost, play.evidence.logEHarm());
                safeMost = Math.max(safeMost, play.evidence.logESafe());
            }
            harmed += harmMost >= TWENTY ? 1 : 0;
            safe += safeMost >= TWENTY ? 1 : 0;
        }
        System.out.printf("cost exactly at the margin, load +33 %%: harm %d, safety %d of %d%n", harmed, safe, runs);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
        assertThat(safe).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void anEqualCandidateWithoutMarginIsFalselyHarmedWithinTheLevel() {
        // Given no margin, and costs that wander by a tenth from minute to minute in both arms alike
        int runs = LONG ? 2_000 : 200;
        int harmed = 0;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            Play play = new Play(0);
            double most = 0;
            double load = 1;
            for (int i = 0; i < 600; i++) {
                load = i % 60 == 0 ? Math.exp(0.1 * random.nextGaussian()) : load;
                play.add(
                        slot(random, new Law(1.3), 10, load, any -> 1), slot(random, new Law(1.3), 10, load, any -> 1));
                most = Math.max(most, play.evidence.logEHarm());
            }
            harmed += most >= TWENTY ? 1 : 0;
        }
        System.out.printf("equal cost, no margin, wandering: harm %d of %d%n", harmed, runs);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void oneDearMachineOfThreeWithinTheMarginIsNoHarm() {
        // Given a third of the candidate's requests 15 % dearer, 5 % on average
        int runs = LONG ? 400 : 60;
        int harmed = 0;
        for (int seed = 0; seed < runs; seed++) {
            harmed += slotsUntilHarm(seed, new Law(0.3), 1_800, any -> any.nextInt(3) == 0 ? 1.15 : 1) > 0 ? 1 : 0;
        }
        assertThat(harmed).isZero();
    }

    @Test
    void aDearerCandidateIsFoundWithAboutTheInformationThatThereIs() {
        // Given 15 % more cost, a tenth of a budget of 1 %, ten requests a slot and arm
        Law law = new Law(1.3);
        double median = medianSlots(LONG ? 200 : 41, seed -> slotsUntilHarm(seed, law, 10_800, any -> 1.15));
        double halfUnit = Math.log(1.15 / Math.pow(1.02, 3)) / Math.sqrt(Math.log1p(1.3 * 1.3));
        double bound = SHARE_OF_BUDGET / (10 * halfUnit * halfUnit / 4);
        System.out.printf("cost +15 %%: median %.0f slots, information bound %.0f%n", median, bound);
        assertThat(median).isBetween(0.8 * bound, 1.6 * bound);
    }

    @Test
    void aDearTailThatMovesNoRankIsFoundByTheMean() {
        // Given one request in twenty that costs four times as much, 15 % on average
        Law law = new Law(0.5);
        Factor tail = random -> random.nextInt(20) == 0 ? 4 : 1;
        double median = medianSlots(LONG ? 100 : 15, seed -> slotsUntilHarm(seed, law, 3_600, tail));
        System.out.printf("5 %% of the requests cost 4 times as much: median %.0f slots%n", median);
        assertThat(median).isBetween(60.0, 900.0);

        // And such a candidate is not called safe
        Random random = new Random(1);
        Play play = new Play(0.05);
        double safeMost = 0;
        for (int i = 0; i < 1_800; i++) {
            play.add(control(random, law, 10), slot(random, law, 10, 1, tail));
            safeMost = Math.max(safeMost, play.evidence.logESafe());
        }
        assertThat(safeMost).isLessThan(TWENTY);
    }

    @Test
    void anEqualCandidateIsShownSafe() {
        double median = medianSlots(LONG ? 100 : 21, seed -> {
            Random random = new Random(seed);
            Play play = new Play(0.05);
            while (play.evidence.logESafe() < TWENTY && play.slot < 10_800) {
                play.add(control(random, new Law(1.3), 10), control(random, new Law(1.3), 10));
            }
            return play.slot;
        });
        System.out.printf("equal cost shown within 5 %%: median %.0f slots%n", median);
        assertThat(median).isLessThan(1_800);
    }

    /** Seconds until harm is shown with its share of the budget; 0 if it is not. */
    private static long slotsUntilHarm(int seed, Law law, int slotsMax, Factor factor) {
        Random random = new Random(seed);
        Play play = new Play(0.05);
        while (play.slot < slotsMax) {
            play.add(control(random, law, 10), slot(random, law, 10, 1, factor));
            if (play.evidence.logEHarm() >= SHARE_OF_BUDGET) {
                return play.slot;
            }
        }
        return 0;
    }

    private static double medianSlots(int runs, IntToLongFunction slots) {
        long[] all = new long[runs];
        for (int seed = 0; seed < runs; seed++) {
            all[seed] = slots.applyAsLong(seed);
            assertThat(all[seed]).as("seed %d", seed).isPositive();
        }
        Arrays.sort(all);
        return all[runs / 2];
    }

    @Test
    void costsThatAllShareOneBucketStillShowSafetyAndHarm() {
        // Given a cost that never varies, and a margin of 10 %, five buckets
        Play equal = new Play(0.10);
        Play atTheMargin = new Play(0.10);
        Play dearer = new Play(0.10);
        for (int i = 0; i < 20; i++) {
            equal.add(of(500), of(500));
            atTheMargin.add(of(500), of(505));
            dearer.add(of(500), of(506));
        }
        assertThat(equal.evidence.logESafe()).isGreaterThan(3);
        assertThat(equal.evidence.logEHarm()).isLessThan(0);
        assertThat(dearer.evidence.logEHarm()).isGreaterThan(3);
        assertThat(dearer.evidence.logESafe()).isLessThan(0);
        assertThat(atTheMargin.evidence.logEHarm()).isCloseTo(0, offset(1e-12));
        assertThat(atTheMargin.evidence.logESafe()).isCloseTo(0, offset(1e-12));
        assertThat(equal.evidence.effectiveMargin()).isCloseTo(0.10408, offset(1e-5));
        assertThat(equal.evidence.tally()).isEqualTo(new EventTable(340, 0, 340, 0));
        assertThat(dearer.evidence.tally()).isEqualTo(new EventTable(340, 0, 340, 340));
    }

    private static double[] of(int bucket) {
        double[] values = new double[20];
        Arrays.fill(values, BucketScale.middleOf(bucket));
        return values;
    }

    @Test
    void nothingCountsWithoutAPastAndNothingBecomesNan() {
        Play play = new Play(0.05);
        play.add(of(0), of(1_500));
        assertThat(play.evidence.logEHarm()).isZero();
        assertThat(play.evidence.tally()).isEqualTo(EventTable.EMPTY);
        for (int i = 0; i < 40; i++) {
            play.add(of(i % 2 == 0 ? 0 : 1_800), of(i % 3 == 0 ? 1_800 : 0));
            play.evidence.beginAgain(Math.log(0.01));
        }
        assertThat(play.evidence.logEHarm()).isFinite();
        assertThat(play.evidence.logESafe()).isFinite();
    }

    @Test
    void itContinuesFromItsStateBitByBit() {
        Random random = new Random(3);
        Play whole = new Play(0.05);
        CostEvidence restarted = new CostEvidence(0.05);
        for (int i = 0; i < 60; i++) {
            double[] control = control(random, new Law(1), 8);
            double[] candidate = slot(random, new Law(1), 9, 1, any -> 1.4);
            restarted.add(whole.past, histogram(control), histogram(candidate));
            whole.add(control, candidate);
            if (i % 20 == 10) {
                restarted.beginAgain(-5);
                whole.evidence.beginAgain(-5);
            }
            StateWriter out = new StateWriter();
            restarted.write(out);
            StateReader in = new StateReader(out.longs(), out.doubles());
            restarted = new CostEvidence(0.05);
            restarted.read(in);
            in.finish();
        }
        assertThat(restarted.logEHarm()).isEqualTo(whole.evidence.logEHarm());
        assertThat(restarted.logESafe()).isEqualTo(whole.evidence.logESafe());
        assertThat(restarted.tally()).isEqualTo(whole.evidence.tally());
    }
}
