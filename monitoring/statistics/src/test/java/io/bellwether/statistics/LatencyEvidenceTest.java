package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.statistics.LatencyEvidence.Score;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LatencyEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final double TWENTY = Math.log(20);
    private static final double LOG_SD = 0.6;

    /** A tenth of a budget of 1 %, half of it on harm from the beginning. */
    private static final double SHARE_OF_BUDGET = Math.log(2_000);

    /** Both arms of a rollout, slot by slot. */
    private static final class Play {
        final LatencyEvidence evidence;
        final PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        long slot;

        Play(LatencyEvidence evidence) {
            this.evidence = evidence;
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

    /** How much slower a request is than it would have been. */
    private interface Factor {
        double draw(Random random);
    }

    private static final Factor EQUAL = any -> 1;
    private static final Factor TAIL = random -> random.nextInt(20) == 0 ? 2 : 1;

    private static double[] slot(Random random, int count, double load, Factor factor) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = 1e8 * load * Math.exp(LOG_SD * random.nextGaussian()) * factor.draw(random);
        }
        return values;
    }

    private static LatencyEvidence median() {
        return new LatencyEvidence(0.5, 0.05, Score.RANK);
    }

    private static LatencyEvidence tail() {
        return new LatencyEvidence(0.95, 0.05, Score.REACH);
    }

    @Test
    void scoresRiseWithTheValueFromNoneToOne() {
        // Given a hundred values at buckets 1 to 100
        int[] buckets = new int[100];
        long[] ones = new long[100];
        Arrays.fill(ones, 1);
        Arrays.setAll(buckets, i -> i + 1);
        LogHistogram past = LogHistogram.of(buckets, ones);

        // Then a rank is the share below, half of the own bucket included
        RankScore rank = new RankScore(past);
        assertThat(rank.applyAsDouble(0)).isZero();
        assertThat(rank.applyAsDouble(1)).isCloseTo(0.005, offset(1e-12));
        assertThat(rank.applyAsDouble(50)).isCloseTo(0.495, offset(1e-12));
        assertThat(rank.applyAsDouble(101)).isEqualTo(1);
        assertThat(rank.meanOf(past, 0)).isCloseTo(rank.mean(), offset(1e-12));

        // And the reach begins above the 90th percentile and ends 71 buckets, four times, above it
        int threshold = past.quantileBucket(0.9);
        ReachScore reach = new ReachScore(past);
        assertThat(threshold).isEqualTo(91);
        assertThat(reach.applyAsDouble(91)).isZero();
        assertThat(reach.applyAsDouble(92)).isCloseTo(1 / 71.0, offset(1e-12));
        assertThat(reach.applyAsDouble(161)).isCloseTo(70 / 71.0, offset(1e-12));
        assertThat(reach.applyAsDouble(1_000)).isEqualTo(1);
        assertThat(reach.mean()).isCloseTo(45 / 71.0 / 100, offset(1e-12));
        assertThat(reach.meanOf(past, 5)).isCloseTo(10 / 71.0 / 100, offset(1e-12));
    }

    @Test
    void aCandidateAtTheMarginIsFalselyHarmedWithinTheLevel() {
        // Given a candidate exactly three buckets slower, a load that slows both by a third, a share from 10 to 50 %
        int runs = LONG ? 2_000 : 200;
        double atMargin = Math.pow(1.02, 3);
        int byMedian = 0;
        int byTail = 0;
        for (int seed = 0; seed < runs; seed++) {
            ToDoubleFunction<Supplier<LatencyEvidence>> most = atMost(seed, any -> atMargin);
            byMedian += most.applyAsDouble(LatencyEvidenceTest::median) >= TWENTY ? 1 : 0;
            byTail += most.applyAsDouble(LatencyEvidenceTest::tail) >= TWENTY ? 1 : 0;
        }
        System.out.printf(
                "latency exactly at the margin, load +33 %%: median %d, tail %d of %d%n", byMedian, byTail, runs);
        assertThat(byMedian).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
        assertThat(byTail).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    /** The greatest evidence of harm in 400 slots of 2 to 9 requests of the candidate, 11 to 8 of the control. */
    private static ToDoubleFunction<Supplier<LatencyEvidence>> atMost(int seed, Factor factor) {
        return evidence -> {
            Random random = new Random(seed);
            Play play = new Play(evidence.get());
            double most = 0;
            for (int i = 0; i < 400; i++) {
                double load = 1 + i / 1_200.0;
                int ofCandidate = 2 + i / 50;
                play.add(slot(random, 12 - ofCandidate / 2, load, EQUAL), slot(random, ofCandidate, load, factor));
                most = Math.max(most, play.evidence.logEHarm());
            }
            return most;
        };
    }

    @Test
    void stallsThatBothArmsShareAreFalselyHarmWithinTheLevel() {
        // Given no harm at all, a margin of one bucket, and one slot in ten in which both arms are three times slower
        int runs = LONG ? 2_000 : 200;
        int harmed = 0;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            Play typical = new Play(new LatencyEvidence(0.5, 0.02, Score.RANK));
            Play far = new Play(new LatencyEvidence(0.95, 0.02, Score.REACH));
            double most = 0;
            for (int i = 0; i < 600; i++) {
                double load = random.nextInt(10) == 0 ? 3 : 1;
                double[] control = slot(random, 10, load, EQUAL);
                double[] candidate = slot(random, 10, load, EQUAL);
                typical.add(control, candidate);
                far.add(control, candidate);
                most = Math.max(most, LogSpace.logMean(typical.evidence.logEHarm(), far.evidence.logEHarm()));
            }
            harmed += most >= TWENTY ? 1 : 0;
        }
        System.out.printf("equal latency, shared stalls, margin 2 %%: harm %d of %d%n", harmed, runs);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void aSlowerCandidateIsFoundWithAboutTheInformationThatThereIs() {
        // Given a candidate 1.25 times as slow, ten requests a slot and arm
        double median = medianSlots(LONG ? 400 : 61, LatencyEvidenceTest::median, any -> 1.25);
        double exceeding = medianSlots(LONG ? 400 : 61, () -> new LatencyEvidence(0.5, 0.05, Score.NONE), any -> 1.25);
        double halfUnit = Math.log(1.25 / Math.pow(1.02, 3)) / LOG_SD;
        double bound = SHARE_OF_BUDGET / (10 * halfUnit * halfUnit / 4);
        System.out.printf(
                "latency x1.25: median %.0f slots, %.0f by exceeding alone, information bound %.0f%n",
                median, exceeding, bound);
        assertThat(median).isBetween(0.8 * bound, 1.6 * bound).isLessThan(0.85 * exceeding);
    }

    @Test
    void aTailThatReachesFurtherIsFoundSoonerThanByExceeding() {
        // Given one request in twenty that takes twice as long, a margin of one bucket
        double reach = medianSlots(LONG ? 100 : 11, () -> new LatencyEvidence(0.95, 0.02, Score.REACH), TAIL);
        double exceeding = medianSlots(LONG ? 100 : 11, () -> new LatencyEvidence(0.95, 0.02, Score.NONE), TAIL);
        System.out.printf("5 %% take twice as long: median %.0f slots, %.0f by exceeding alone%n", reach, exceeding);
        assertThat(reach).isLessThan(exceeding);
    }

    private static double medianSlots(int runs, Supplier<LatencyEvidence> evidence, Factor factor) {
        long[] all = new long[runs];
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            Play play = new Play(evidence.get());
            while (play.evidence.logEHarm() < SHARE_OF_BUDGET) {
                assertThat(play.slot).as("seed %d", seed).isLessThan(20_000);
                play.add(slot(random, 10, 1, EQUAL), slot(random, 10, 1, factor));
            }
            all[seed] = play.slot;
        }
        Arrays.sort(all);
        return all[runs / 2];
    }

    @Test
    void latenciesThatAllShareOneBucketShowHarmOnlyBeyondTheMargin() {
        // Given a latency that never varies, and a margin of five buckets
        for (Supplier<LatencyEvidence> kind : Arrays.<Supplier<LatencyEvidence>>asList(
                () -> new LatencyEvidence(0.5, 0.10, Score.RANK), () -> new LatencyEvidence(0.95, 0.10, Score.REACH))) {
            Play atTheMargin = new Play(kind.get());
            Play slower = new Play(kind.get());
            for (int i = 0; i < 20; i++) {
                atTheMargin.add(of(500), of(505));
                slower.add(of(500), of(520));
            }
            assertThat(atTheMargin.evidence.logEHarm()).isCloseTo(0, offset(1e-12));
            assertThat(slower.evidence.logEHarm()).isGreaterThan(3);
            assertThat(slower.evidence.effectiveMargin()).isCloseTo(0.10408, offset(1e-5));
            assertThat(slower.evidence.tally()).isEqualTo(new EventTable(340, 0, 340, 340));
        }
    }

    private static double[] of(int bucket) {
        double[] values = new double[20];
        Arrays.fill(values, BucketScale.middleOf(bucket));
        return values;
    }

    @Test
    void oneSlotRaisesItByTheLimitAtMost() {
        for (Supplier<LatencyEvidence> kind :
                Arrays.<Supplier<LatencyEvidence>>asList(LatencyEvidenceTest::median, LatencyEvidenceTest::tail)) {
            Random random = new Random(1);
            Play play = new Play(kind.get());
            for (int i = 0; i < 10; i++) {
                play.add(slot(random, 10, 1, EQUAL), slot(random, 10, 1, EQUAL));
            }
            double before = play.evidence.logEHarm();
            play.add(slot(random, 1_000, 1, EQUAL), slot(random, 1_000, 1, any -> 50));
            assertThat(play.evidence.logEHarm()).isLessThanOrEqualTo(before + 2 + 1e-12);
        }
    }

    @Test
    void withoutAPastNothingCountsAndNothingBecomesNan() {
        Play play = new Play(tail());
        play.add(of(0), of(1_500));
        assertThat(play.evidence.logEHarm()).isZero();
        for (int i = 0; i < 40; i++) {
            play.add(of(i % 2 == 0 ? 0 : 1_800), of(i % 3 == 0 ? 1_800 : 0));
            play.evidence.beginAgain(Math.log(0.01));
        }
        assertThat(play.evidence.logEHarm()).isFinite();
    }

    @Test
    void itContinuesFromItsStateBitByBit() {
        for (Supplier<LatencyEvidence> kind : Arrays.<Supplier<LatencyEvidence>>asList(
                LatencyEvidenceTest::median,
                LatencyEvidenceTest::tail,
                () -> new LatencyEvidence(0.99, 0.2, Score.NONE))) {
            Random random = new Random(3);
            Play whole = new Play(kind.get());
            LatencyEvidence restarted = kind.get();
            for (int i = 0; i < 60; i++) {
                double[] control = slot(random, 8, 1, EQUAL);
                double[] candidate = slot(random, 9, 1, any -> 1.4);
                restarted.add(whole.past, histogram(control), histogram(candidate));
                whole.add(control, candidate);
                if (i % 20 == 10) {
                    restarted.beginAgain(-5);
                    whole.evidence.beginAgain(-5);
                }
                StateWriter out = new StateWriter();
                restarted.write(out);
                StateReader in = new StateReader(out.longs(), out.doubles());
                restarted = kind.get();
                restarted.read(in);
                in.finish();
            }
            assertThat(restarted.logEHarm()).isEqualTo(whole.evidence.logEHarm());
            assertThat(restarted.logESafe()).isEqualTo(whole.evidence.logESafe());
            assertThat(restarted.tally()).isEqualTo(whole.evidence.tally());
        }
    }

    @Test
    void safetyAndTheTestedThresholdAreThoseOfExceedingAlone() {
        Random random = new Random(7);
        Play both = new Play(median());
        Play alone = new Play(new LatencyEvidence(0.5, 0.05, Score.NONE));
        for (int i = 0; i < 200; i++) {
            double[] control = slot(random, 10, 1, EQUAL);
            double[] candidate = slot(random, 10, 1, EQUAL);
            both.add(control, candidate);
            alone.add(control, candidate);
        }
        assertThat(both.evidence.logESafe())
                .isEqualTo(alone.evidence.logESafe())
                .isNotZero();
        assertThat(both.evidence.tally()).isEqualTo(alone.evidence.tally());
        assertThat(both.evidence.logEHarm())
                .as("half of the stake is the least that is kept")
                .isGreaterThanOrEqualTo(alone.evidence.logEHarm() - Math.log(2));
    }
}
