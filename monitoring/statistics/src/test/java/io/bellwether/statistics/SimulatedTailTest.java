package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What the reach of {@link PastDistribution} does to the 99th percentile: log-normal values, sd 0.6, a hundred a slot in each
 * arm, margin 20 %, a known past. The profile {@code long} runs five times as many; the README records what came out.
 */
class SimulatedTailTest {
    private static final int RUNS = Boolean.getBoolean("bellwether.long") ? 100 : 20;
    private static final int SLOTS = 1_500;
    private static final double LOG_SHOWN_SAFE = Math.log(20);
    /** A tenth of an error budget of 1 %. */
    private static final double LOG_SHOWN_HARM = Math.log(1_000);

    /** How many times as long a value takes. */
    private interface Slowness {
        double of(int slot, boolean candidate, Random random);
    }

    /** Slots until either was shown, rising; the other one, or both, beyond {@link #SLOTS}. */
    private record Shown(List<Integer> safe, List<Integer> harm) {
        int medianSafe() {
            return safe.get(RUNS / 2);
        }

        int medianHarm() {
            return harm.get(RUNS / 2);
        }

        static long seen(List<Integer> slots) {
            return slots.stream().filter(slot -> slot <= SLOTS).count();
        }
    }

    private static Shown play(Slowness slowness) {
        int[] safe = new int[RUNS];
        int[] harm = new int[RUNS];
        Arrays.fill(safe, SLOTS + 1);
        Arrays.fill(harm, SLOTS + 1);
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            PastDistribution past = new PastDistribution(values(random, 3_000, -1, false, (s, c, r) -> 1), 0.99);
            ExceedanceEvidence evidence = new ExceedanceEvidence(0.99, 0.2);
            for (int slot = 0; slot < SLOTS; slot++) {
                LogHistogram control = values(random, 100, slot, false, slowness);
                evidence.add(past, control, values(random, 100, slot, true, slowness));
                past.add(slot, control);
                if (evidence.logESafe() >= LOG_SHOWN_SAFE) {
                    safe[seed] = slot + 1;
                    break;
                }
                if (evidence.logEHarm() >= LOG_SHOWN_HARM) {
                    harm[seed] = slot + 1;
                    break;
                }
            }
        }
        return new Shown(rising(safe), rising(harm));
    }

    private static List<Integer> rising(int[] slots) {
        return Arrays.stream(slots).sorted().boxed().toList();
    }

    private static LogHistogram values(Random random, int count, int slot, boolean candidate, Slowness slowness) {
        int[] buckets = new int[count];
        long[] ones = new long[count];
        for (int i = 0; i < count; i++) {
            double value = 5e6 * Math.exp(0.6 * random.nextGaussian()) * slowness.of(slot, candidate, random);
            buckets[i] = BucketScale.bucketOf(value);
            ones[i] = 1;
        }
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void aColdStartOfBothArmsDelaysWhatIsShownByItsPastAndNoMore() {
        // Given equal arms of which every value takes ten times as long in the first ten slots
        Shown warm = play((slot, candidate, random) -> 1);
        Shown cold = play((slot, candidate, random) -> slot < 10 ? 10 : 1);
        System.out.printf(
                "99th percentile, equal: shown safe after a median of %d slots, after a cold start %d%n",
                warm.medianSafe(), cold.medianSafe());
        assertThat(Shown.seen(cold.safe())).isGreaterThanOrEqualTo(RUNS - RUNS / 10);
        assertThat(cold.medianSafe()).isLessThanOrEqualTo(warm.medianSafe() + 50);
    }

    @Test
    void aSlowerCandidateIsFoundAfterAColdStartOfBothArms() {
        // Given that all values of the candidate take half as long again
        Shown warm = play((slot, candidate, random) -> candidate ? 1.5 : 1);
        Shown cold = play((slot, candidate, random) -> (slot < 10 ? 10 : 1) * (candidate ? 1.5 : 1));
        System.out.printf(
                "99th percentile, x1.5: harm shown after a median of %d slots, after a cold start %d%n",
                warm.medianHarm(), cold.medianHarm());
        assertThat(Shown.seen(cold.harm())).isGreaterThanOrEqualTo(RUNS - RUNS / 10);
        assertThat(cold.medianHarm()).isLessThanOrEqualTo(warm.medianHarm() + 50);
    }

    @Test
    void stallsThatComeBackEveryThirtySlotsAreComparedWithEachOther() {
        // Given that three of five values in one slot of thirty stall, two in a hundred of all, and the candidate's
        // stalls are twice as long
        Shown shown = play(
                (slot, candidate, random) -> slot % 30 == 7 && random.nextDouble() < 0.6 ? (candidate ? 20 : 10) : 1);
        System.out.printf(
                "99th percentile, stalls x2: harm shown after a median of %d slots in %d, safety in %d of %d%n",
                shown.medianHarm(), Shown.seen(shown.harm()), Shown.seen(shown.safe()), RUNS);
        assertThat(Shown.seen(shown.harm())).isGreaterThanOrEqualTo(RUNS - RUNS / 5);
    }
}
