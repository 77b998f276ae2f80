package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * False alarms and delays of what is mixed over starts, shares and places, fixed seeds. The profile {@code long} runs ten
 * times as many; the README records what came out.
 */
class SimulatedMixturesTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final int RUNS = LONG ? 4_000 : 400;
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);

    /** Events among many units are few: counted by the waiting times between them. */
    private static long events(Random random, long count, double share) {
        long events = -1;
        double passed = 0;
        while (passed <= count) {
            passed += Math.ceil(Math.log1p(-random.nextDouble()) / Math.log1p(-share));
            events++;
        }
        return events;
    }

    private static double withOdds(double share, double ratio) {
        double odds = share / (1 - share) * ratio;
        return odds / (1 + odds);
    }

    @Test
    void aMixtureOverStartsKeepsItsLevelForEqualArmsAndAtTheMargin() {
        double alpha = 0.05;
        int equal = 0;
        int margin = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            equal += everHarmed(new Random(seed), 1, alpha) ? 1 : 0;
            margin += everHarmed(new Random(seed), 1.25, alpha) ? 1 : 0;
        }
        System.out.printf(
                "late onset, 12 starts: equal arms %d, at the margin %d of %d falsely harmed, at most %.4f%n",
                equal, margin, RUNS, Exact.shareMax(margin, RUNS));
        assertThat(Exact.tooMany(equal, RUNS, alpha)).isFalse();
        assertThat(Exact.tooMany(margin, RUNS, alpha)).isFalse();
        assertThat(margin).as("a level that is used at all").isPositive();
    }

    /** 360 slots with bursts of errors and a share of the traffic that rises from 5 to 50 %. */
    private static boolean everHarmed(Random random, double oddsRatio, double alpha) {
        LateOnsets onsets = new LateOnsets(12, 30);
        ConditionalEProcess process = new ConditionalEProcess(HARM);
        boolean harmed = false;
        for (int slot = 0; slot < 360; slot++) {
            double base = slot % 40 < 5 ? 0.3 : 0.02;
            long n1 = 5 + slot * 45L / 360;
            long n0 = 100 - n1;
            double share = withOdds(base, oddsRatio);
            onsets.due(slot).ifPresent(process::beginAgain);
            process.add(new EventTable(n0, events(random, n0, base), n1, events(random, n1, share)));
            harmed |= onsets.logE(process.logE()) >= -Math.log(alpha);
        }
        return harmed;
    }

    @Test
    void harmThatBeginsLateIsFoundSooner() {
        // Given 6,000 requests a minute, a tenth to the candidate, 0.1 % errors, slots of 10 s, a start every 10 min of
        // a day
        for (double level : new double[] {0.01, 0.0035}) {
            double[] onLate = delays(120, 0.005, level);
            double[] onLateSmall = delays(120, 0.003, level);
            double[] atOnce = delays(0, 0.005, level);
            System.out.printf(
                    "level %.4f, median minutes plain and mixed: onset 120 to .5 %% %.1f %.1f, to .3 %% %.1f %.1f, onset 0 to .5 %% %.1f %.1f%n",
                    level, onLate[0], onLate[1], onLateSmall[0], onLateSmall[1], atOnce[0], atOnce[1]);
            assertThat(onLate[1]).isLessThan(onLate[0] / 2);
            assertThat(onLateSmall[1]).isLessThan(onLateSmall[0] * 2 / 3);
            assertThat(atOnce[1]).isLessThan(2 * atOnce[0]);
        }
    }

    /** Median minutes from onset to evidence, without and with starts; a run ends 90 minutes after the onset. */
    private static double[] delays(int onsetMinute, double share, double level) {
        double[][] delays = new double[2][RUNS / 4];
        for (int seed = 0; seed < RUNS / 4; seed++) {
            Random random = new Random(seed);
            ConditionalEProcess plain = new ConditionalEProcess(HARM);
            LateOnsets onsets = new LateOnsets(144, 60);
            ConditionalEProcess mixed = new ConditionalEProcess(HARM);
            double plainDelay = 90;
            double mixedDelay = 90;
            for (int slot = 0; slot < (onsetMinute + 90) * 6 && Math.max(plainDelay, mixedDelay) == 90; slot++) {
                double now = slot >= onsetMinute * 6 ? share : 0.001;
                EventTable table = new EventTable(900, events(random, 900, 0.001), 100, events(random, 100, now));
                plain.add(table);
                onsets.due(slot).ifPresent(mixed::beginAgain);
                mixed.add(table);
                double minutes = (slot + 1) / 6.0 - onsetMinute;
                plainDelay =
                        minutes > 0 && plain.logE() >= -Math.log(level) ? Math.min(plainDelay, minutes) : plainDelay;
                mixedDelay = minutes > 0 && onsets.logE(mixed.logE()) >= -Math.log(level)
                        ? Math.min(mixedDelay, minutes)
                        : mixedDelay;
            }
            delays[0][seed] = plainDelay;
            delays[1][seed] = mixedDelay;
        }
        Arrays.sort(delays[0]);
        Arrays.sort(delays[1]);
        return new double[] {delays[0][RUNS / 8], delays[1][RUNS / 8]};
    }

    @Test
    void quantileEvidenceKeepsItsLevelAtTheMarginAndFindsWhatLiesBeyond() {
        double alpha = 0.05;
        for (double quantile : new double[] {0.5, 0.95}) {
            int harmed = 0;
            int safe = 0;
            double[] shifted = new double[RUNS / 4];
            double[] equal = new double[RUNS / 4];
            for (int seed = 0; seed < RUNS / 4; seed++) {
                // Given a margin of five buckets, 10.4 %, which is exactly the candidate's growth
                int[] atMargin =
                        valuesUntil(new Random(seed), quantile, 1.02 * 1.02 * 1.02 * 1.02 * 1.02, alpha, 20_000);
                harmed += atMargin[0] < 20_000 ? 1 : 0;
                safe += atMargin[1] < 20_000 ? 1 : 0;
                shifted[seed] = valuesUntil(new Random(seed), quantile, 1.3, alpha, 60_000)[0];
                equal[seed] = valuesUntil(new Random(seed), quantile, 1, alpha, 60_000)[1];
            }
            Arrays.sort(shifted);
            Arrays.sort(equal);
            System.out.printf(
                    "quantile %.2f at its margin: harm %d, safety %d of %d; x1.3 found after %.0f, equal shown after %.0f values%n",
                    quantile, harmed, safe, RUNS / 4, shifted[RUNS / 8], equal[RUNS / 8]);
            assertThat(Exact.tooMany(harmed, RUNS / 4, alpha)).isFalse();
            assertThat(Exact.tooMany(safe, RUNS / 4, alpha)).isFalse();
            assertThat(shifted[RUNS / 8]).isLessThan(60_000);
            assertThat(equal[RUNS / 8]).isLessThan(60_000);
        }
    }

    /** Values of both arms until harm and until safety is shown, looked at every 400 values, log sd 0.6. */
    private static int[] valuesUntil(Random random, double quantile, double factor, double alpha, int most) {
        QuantileEvidence evidence = new QuantileEvidence(quantile, 0.10);
        int harm = most;
        int safe = most;
        for (int values = 400; values <= most && harm == most && safe == most; values += 400) {
            evidence.add(values(random, 200, 5e6), values(random, 200, 5e6 * factor));
            harm = evidence.logEHarm() >= -Math.log(alpha) ? Math.min(harm, values) : harm;
            safe = evidence.logESafe() >= -Math.log(alpha) ? Math.min(safe, values) : safe;
        }
        return new int[] {harm, safe};
    }

    private static LogHistogram values(Random random, int count, double scale) {
        int[] buckets = new int[count];
        long[] ones = new long[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = BucketScale.bucketOf(scale * Math.exp(0.6 * random.nextGaussian()));
            ones[i] = 1;
        }
        return LogHistogram.of(buckets, ones);
    }
}
