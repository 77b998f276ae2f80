package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeanScoreProcessTest {
    private static final double[] WEIGHTS = {0.04, 0.08, 0.20, 0.34, 0.22, 0.08, 0.04};
    private static final double[] WEIGHTS_LARGE = {0.12, 0.28, 0.26, 0.16, 0.10, 0.05, 0.03};
    private static final int[] SIZES = {1, 3, 2, 2, 3, 1};

    @Test
    void theMeanOverAllOutcomesIsAtMostOneForEqualMeansWhateverSplitLoadAndExpectation() {
        for (double center : new double[] {0.1, 0.5, 0.9}) {
            assertThat(mean(1, center)).as("equal").isBetween(0.6, 1 + 1e-12);
            assertThat(mean(0.6, center)).as("lesser").isLessThan(mean(1, center));
            assertThat(mean(2, center)).as("greater").isGreaterThan(1.05);
        }
    }

    /** Over all outcomes of three slots of 1 and 3, 2 and 2, 3 and 1 scores of 0 or 1, whose mean moves from slot to slot. */
    private static double mean(double ratio, double center) {
        double[] chances = {0.2, 0.45, 0.3};
        double mean = 0;
        for (int outcome = 0; outcome < 1 << 12; outcome++) {
            MeanScoreProcess process = MeanScoreProcess.withSmallBets(2);
            double probability = 1;
            int bit = outcome;
            for (int slot = 0; slot < 3; slot++) {
                int[] ones = new int[2];
                for (int arm = 0; arm < 2; arm++) {
                    double chance = chances[slot] * (arm == 0 ? ratio : 1);
                    for (int i = 0; i < SIZES[2 * slot + arm]; i++, bit >>= 1) {
                        ones[arm] += bit & 1;
                        probability *= (bit & 1) == 1 ? chance : 1 - chance;
                    }
                }
                process.add(coins(SIZES[2 * slot], ones[0]), coins(SIZES[2 * slot + 1], ones[1]), center);
            }
            mean += probability * Math.exp(process.logE());
        }
        return mean;
    }

    private static ScoredArm coins(int count, int ones) {
        return ScoredArm.of(LogHistogram.of(new int[] {0, 1}, new long[] {count - ones, ones}), 0, bucket -> bucket);
    }

    @Test
    void itEqualsItsDefinition() {
        // Given uneven arms with scores of hundredths, some of them more than once
        Random random = new Random(5);
        MeanScoreProcess process = MeanScoreProcess.withSmallBets(2);
        MeanScoreProcess large = MeanScoreProcess.withLargeBets(2);
        double[] wealth = new double[WEIGHTS.length];
        for (int slot = 0; slot < 30; slot++) {
            int[] greater = random.ints(1 + slot % 7, 20, 101).toArray();
            int[] lesser = random.ints(1 + (slot * 5) % 11, 0, 90).toArray();
            double center = 0.3 + 0.01 * slot;

            // When
            process.add(hundredths(greater), hundredths(lesser), center);
            large.add(hundredths(greater), hundredths(lesser), center);

            // Then each bettor's wealth is the product over the single values
            double pairs = 2.0 * greater.length * lesser.length / (greater.length + lesser.length);
            for (int j = 0; j < wealth.length; j++) {
                double bet = Math.pow(2, -j) / (2 * Math.max(center, 1 - center)) * pairs;
                double slotLog = 0;
                for (int x : greater) {
                    slotLog += Math.log(1 + bet / greater.length * (x / 100.0 - center));
                }
                for (int y : lesser) {
                    slotLog += Math.log(1 - bet / lesser.length * (y / 100.0 - center));
                }
                wealth[j] += Math.min(2, slotLog);
            }
            double expected = 0;
            double expectedOfLarge = 0;
            for (int j = 0; j < wealth.length; j++) {
                expected += WEIGHTS[j] * Math.exp(wealth[j]);
                expectedOfLarge += WEIGHTS_LARGE[j] * Math.exp(wealth[j]);
            }
            assertThat(process.logE()).isCloseTo(Math.log(expected), offset(1e-9));
            assertThat(large.logE()).isCloseTo(Math.log(expectedOfLarge), offset(1e-9));
        }
    }

    private static ScoredArm hundredths(int[] scores) {
        long[] ones = new long[scores.length];
        Arrays.fill(ones, 1);
        return ScoredArm.of(LogHistogram.of(scores, ones), 0, bucket -> bucket / 100.0);
    }

    @Test
    void manyValuesAndUnevenArmsNeitherOverflowNorVanish() {
        // Given a million values against one, all at the ends of the scale
        MeanScoreProcess process = MeanScoreProcess.withSmallBets(Double.POSITIVE_INFINITY);
        process.add(coins(1_000_000, 1_000_000), coins(1, 1), 0.5);
        process.add(coins(1, 0), coins(1_000_000, 0), 0.5);
        process.add(coins(1_000_000, 1_000_000), coins(1_000_000, 0), 0.5);

        // Then
        assertThat(process.logE()).isFinite().isGreaterThan(100_000);

        // And an empty arm, or one beyond 2^30, is no evidence
        double before = process.logE();
        process.add(coins(0, 0), coins(5, 5), 0.5);
        process.add(coins(5, 5), coins(0, 0), 0.5);
        process.add(coins((1 << 30) + 1, 7), coins(5, 5), 0.5);
        assertThat(process.logE()).isEqualTo(before);
    }

    @Test
    void oneSlotRaisesItByTheLimitAtMost() {
        MeanScoreProcess process = MeanScoreProcess.withSmallBets(2);
        process.add(coins(1_000, 1_000), coins(1_000, 0), 0.5);
        assertThat(process.logE()).isCloseTo(2, offset(1e-12));
    }

    @Test
    void theRateForetellsHowItGrows() {
        // Given mean scores of 0.56 and 0.5
        EvidenceRate rate = MeanScoreProcess.rate(coins(100, 56), coins(100, 50), 0.5);
        double grown = 0;
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            MeanScoreProcess process = MeanScoreProcess.withSmallBets(2);
            for (int slot = 0; slot < 1_000; slot++) {
                process.add(coins(10, tossed(random, 0.56)), coins(10, tossed(random, 0.5)), 0.5);
            }
            grown += process.logE() / 40;
        }

        // Then of 20,000 units the growth is as foretold, less what the mixture costs and bets between the best lose
        assertThat(grown).isBetween(0.75 * 20_000 * rate.nats(), 1.1 * 20_000 * rate.nats());
    }

    private static int tossed(Random random, double chance) {
        int ones = 0;
        for (int i = 0; i < 10; i++) {
            ones += random.nextDouble() < chance ? 1 : 0;
        }
        return ones;
    }
}
