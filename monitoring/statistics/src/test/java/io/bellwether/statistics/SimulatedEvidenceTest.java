package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Error rates and detection delays by simulation, fixed seeds. The profile {@code long} runs ten times as many; the
 * README records what came out.
 */
class SimulatedEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final int RUNS = LONG ? 4_000 : 400;
    private static final double ALPHA = 0.05;

    /** Exceeded with a chance of about one in a thousand if the true share is {@code level}. */
    private static double most(int runs, double level) {
        return runs * level + 3.1 * Math.sqrt(runs * level * (1 - level));
    }

    private static long events(Random random, long count, double share) {
        long events = 0;
        for (long i = 0; i < count; i++) {
            events += random.nextDouble() < share ? 1 : 0;
        }
        return events;
    }

    private static double withOdds(double share, double ratio) {
        double odds = share / (1 - share) * ratio;
        return odds / (1 + odds);
    }

    @Test
    void atTheMarginFalseAlarmsStayWithinTheLevelThoughRateAndSplitMove() {
        // Given a candidate exactly at the margin, bursts of errors, and a share that rises from 5 to 50 %
        int harmed = 0;
        int safe = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            ConditionalEProcess harm = new ConditionalEProcess(OddsAlternatives.harm(1.25, 1.05, 50, 30));
            ConditionalEProcess safety = new ConditionalEProcess(OddsAlternatives.safety(1.25, 24));
            double harmMost = 0;
            double safeMost = 0;
            for (int slot = 0; slot < 300; slot++) {
                double base = slot % 40 < 5 ? 0.3 : 0.02;
                long n1 = 5 + slot * 45L / 300;
                long n0 = 100 - n1;
                EventTable table =
                        new EventTable(n0, events(random, n0, base), n1, events(random, n1, withOdds(base, 1.25)));
                harm.add(table);
                safety.add(table);
                harmMost = Math.max(harmMost, harm.logE());
                safeMost = Math.max(safeMost, safety.logE());
            }
            harmed += harmMost >= -Math.log(ALPHA) ? 1 : 0;
            safe += safeMost >= -Math.log(ALPHA) ? 1 : 0;
        }
        System.out.printf("at the margin: harm %d, safety %d of %d ever reached 1/alpha%n", harmed, safe, RUNS);
        assertThat((double) harmed).isLessThanOrEqualTo(most(RUNS, ALPHA));
        assertThat((double) safe).isLessThanOrEqualTo(most(RUNS, ALPHA));
    }

    @Test
    void sharedBatchesSpoilRequestsAsUnitsButNotWitnesses() {
        // Given A/A, batches of eight that share 90 % of the variance of log-latency, margin 4 %, alpha 0.3 %
        int runs = RUNS / 10;
        double unlimited = Double.POSITIVE_INFINITY;
        int byRequests = 0;
        int byRequestsLimited = 0;
        int byWitnesses = 0;
        for (int seed = 0; seed < runs; seed++) {
            byRequests += everHarmed(new Random(seed), new ExceedanceEvidence(0.5, 0.04, unlimited), false) ? 1 : 0;
            byRequestsLimited += everHarmed(new Random(seed), new ExceedanceEvidence(0.5, 0.04), false) ? 1 : 0;
            byWitnesses += everHarmed(new Random(seed), new ExceedanceEvidence(0.5, 0.04), true) ? 1 : 0;
        }
        System.out.printf(
                "batches of 8: requests as units %d, with a limit for one slot %d, witnesses %d of %d falsely harmed%n",
                byRequests, byRequestsLimited, byWitnesses, runs);
        assertThat(byRequests).isGreaterThanOrEqualTo(runs / 10);
        assertThat(byRequestsLimited).isLessThan(byRequests / 2);
        assertThat((double) byWitnesses).isLessThanOrEqualTo(most(runs, 0.003));
    }

    private static boolean everHarmed(Random random, ExceedanceEvidence evidence, boolean witnesses) {
        int batchSize = 8;
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        for (int slot = 0; slot < 900; slot++) {
            LogHistogram control = batches(random, 3, batchSize, witnesses);
            LogHistogram candidate = batches(random, 3, batchSize, witnesses);
            evidence.add(past, control, candidate);
            past.add(slot, control);
            if (evidence.logEHarm() >= -Math.log(0.003)) {
                return true;
            }
        }
        return false;
    }

    private static LogHistogram batches(Random random, int batches, int size, boolean witnesses) {
        int each = witnesses ? 1 : size;
        int[] buckets = new int[batches * each];
        for (int b = 0; b < batches; b++) {
            double shared = Math.sqrt(0.9) * random.nextGaussian();
            for (int i = 0; i < each; i++) {
                double own = Math.sqrt(0.1) * random.nextGaussian();
                buckets[b * each + i] = BucketScale.bucketOf(5e6 * Math.exp(0.6 * (shared + own)));
            }
        }
        long[] ones = new long[buckets.length];
        Arrays.fill(ones, 1);
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void equalLatencyIsNotHarmedByARampWithRisingLoad() {
        // Given finding 4: latency rises by 28 % while the candidate's share goes from 5 to 50 %
        int falsely = 0;
        int runs = RUNS / 4;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
            ExceedanceEvidence p50 = new ExceedanceEvidence(0.5, 0.0001);
            ExceedanceEvidence p95 = new ExceedanceEvidence(0.95, 0.0001);
            double most = 0;
            for (int slot = 0; slot < 600; slot++) {
                double scale = 5e6 * (1 + 0.28 * slot / 600);
                int n1 = 5 + slot * 45 / 600;
                LogHistogram control = values(random, 100 - n1, scale);
                LogHistogram candidate = values(random, n1, scale);
                p50.add(past, control, candidate);
                p95.add(past, control, candidate);
                past.add(slot, control);
                most = Math.max(most, Math.max(p50.logEHarm(), p95.logEHarm()));
            }
            falsely += most >= -Math.log(ALPHA / 2) ? 1 : 0;
        }
        System.out.printf("ramp with rising load, no margin: %d of %d falsely harmed%n", falsely, runs);
        assertThat((double) falsely).isLessThanOrEqualTo(most(runs, ALPHA));
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

    @Test
    void moreErrorsAreFoundCloseToTheInformationBound() {
        // Given errors 0.1 -> 0.5 %, margin 1.25, alpha 1 %; published: 4,970 and 2,201 candidate requests
        assertThat(candidateRequestsUntilHarm(0.5)).isBetween(0.6 * 4_970, 1.6 * bound(0.5));
        assertThat(candidateRequestsUntilHarm(0.1)).isBetween(0.6 * 2_201, 1.6 * bound(0.1));
    }

    /** {@code ln(1/alpha) / KL} errors in all, as candidate requests. */
    private static double bound(double share) {
        double alternative = 5 * share / (5 * share + 1 - share);
        double margin = 1.25 * share / (1.25 * share + 1 - share);
        double information = alternative * Math.log(alternative / margin)
                + (1 - alternative) * Math.log((1 - alternative) / (1 - margin));
        return Math.log(100) / information * alternative / 0.005;
    }

    private static double candidateRequestsUntilHarm(double share) {
        int runs = RUNS / 4;
        double[] requests = new double[runs];
        long perSlot = Math.round(200 * share);
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            ConditionalEProcess harm = new ConditionalEProcess(OddsAlternatives.harm(1.25, 1.05, 50, 30));
            while (harm.logE() < Math.log(100)) {
                harm.add(new EventTable(
                        200 - perSlot, events(random, 200 - perSlot, 0.001), perSlot, events(random, perSlot, 0.005)));
                requests[seed] += perSlot;
            }
        }
        Arrays.sort(requests);
        System.out.printf(
                "errors 0.1 -> 0.5 %%, share %.1f: median %.0f candidate requests, bound %.0f%n",
                share, requests[runs / 2], bound(share));
        return requests[runs / 2];
    }

    @Test
    void anEqualCandidateIsShownSafeCloseToTheInformationBound() {
        // Given margins of whole buckets so that bounds are exact: shares above the thresholds from the normal law
        double p50 = requestsUntilSafe(0.5, 0.04, 0.6, 1);
        double cost = requestsUntilSafe(0.5, 0.06, 1, 1);
        assertThat(p50).isLessThanOrEqualTo(2 * safeBound(Math.log(1.02) * 2 / 0.6));
        assertThat(cost).isLessThanOrEqualTo(2 * safeBound(Math.log(1.02) * 3));
    }

    /** Both arms' units until an equal candidate's median is shown, at beta 5 %, by local information. */
    private static double safeBound(double shift) {
        double logOdds = 2 * shift * 2 / Math.sqrt(2 * Math.PI);
        return 2 * Math.log(20) / (logOdds * logOdds / 2 / 8);
    }

    private static double requestsUntilSafe(double quantile, double margin, double sd, double scale) {
        int runs = LONG ? 400 : 40;
        double[] units = new double[runs];
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            PastDistribution past = new PastDistribution(values(random, 1000, 5e6 * scale, sd), 0.99);
            ExceedanceEvidence evidence = new ExceedanceEvidence(quantile, margin);
            for (int slot = 0; evidence.logESafe() < Math.log(20); slot++) {
                LogHistogram control = values(random, 100, 5e6 * scale, sd);
                evidence.add(past, control, values(random, 100, 5e6 * scale, sd));
                past.add(slot, control);
                units[seed] += 200;
            }
        }
        Arrays.sort(units);
        System.out.printf(
                "equal, margin %.3f, log sd %.1f: shown safe after a median of %.0f units of both arms%n",
                margin, sd, units[runs / 2]);
        return units[runs / 2];
    }

    private static LogHistogram values(Random random, int count, double scale, double sd) {
        int[] buckets = new int[count];
        long[] ones = new long[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = BucketScale.bucketOf(scale * Math.exp(sd * random.nextGaussian()));
            ones[i] = 1;
        }
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void shiftedClassesWithinTheMarginAreHardlyEverHarmOrBeyondItSafe() {
        // Given class 0 exactly at the margin of odds 1.5 over ten classes, while the mix itself wanders
        int harmed = 0;
        int safe = 0;
        int runs = RUNS / 4;
        LongToDoubleFunction share = slot -> 0.10 + 0.04 * Math.sin(slot / 20.0);
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            ClassEvidence classes = new ClassEvidence(1.5);
            double harmMost = 0;
            double safeMost = 0;
            for (int slot = 0; slot < 200; slot++) {
                classes.add(
                        predictions(random, share.applyAsDouble(slot)),
                        predictions(random, withOdds(share.applyAsDouble(slot), 1.5)));
                harmMost = Math.max(harmMost, classes.logEHarm());
                safeMost = Math.max(safeMost, classes.logESafe());
            }
            harmed += harmMost >= -Math.log(ALPHA) ? 1 : 0;
            safe += safeMost >= -Math.log(ALPHA) ? 1 : 0;
        }
        System.out.printf("class at its margin: harm %d, safety %d of %d%n", harmed, safe, runs);
        assertThat((double) harmed).isLessThanOrEqualTo(most(runs, ALPHA));
        assertThat((double) safe).isLessThanOrEqualTo(most(runs, ALPHA));
    }

    private static ClassCounts predictions(Random random, double shareOfFirst) {
        long[] counts = new long[10];
        for (int i = 0; i < 50; i++) {
            counts[random.nextDouble() < shareOfFirst ? 0 : 1 + random.nextInt(9)]++;
        }
        return ClassCounts.of(counts);
    }
}
