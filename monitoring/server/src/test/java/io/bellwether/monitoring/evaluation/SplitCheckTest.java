package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitCheckTest {
    private static final int RUNS = Boolean.getBoolean("bellwether.long") ? 4_000 : 400;

    private static Assigned drawn(Random random, int requests, double candidateShare) {
        int candidate = 0;
        for (int i = 0; i < requests; i++) {
            candidate += random.nextDouble() < candidateShare ? 1 : 0;
        }
        return new Assigned(requests - candidate, candidate);
    }

    /** Slots until the split is called invalid; as many as were tried if it never is. */
    private static int slotsUntilInvalid(SplitCheck check, Random random, int requests, double share, int slotsMax) {
        int slots = 0;
        while (slots < slotsMax && !check.isInvalid()) {
            check.add(drawn(random, requests, share));
            slots++;
        }
        return slots;
    }

    @Test
    void anEvenSplitIsHardlyEverCalledInvalid() {
        int invalid = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            SplitCheck check = new SplitCheck(Unit.REQUEST);
            int requests = seed % 2 == 0 ? 4 : 200;
            slotsUntilInvalid(check, new Random(seed), requests, 0.5, 600);
            invalid += check.isInvalid() ? 1 : 0;
        }
        System.out.printf("even split called invalid: %d of %d (seeds 0 to %d)%n", invalid, RUNS, RUNS - 1);
        assertThat((double) invalid).isLessThanOrEqualTo(RUNS * SplitCheck.ALPHA + 3.1 * Math.sqrt(RUNS * 0.001) + 1);
    }

    @Test
    void anUnevenSplitIsFoundInTheOrderOfRequestsThatTheWholeEvidenceTakes() {
        // Given 45 instead of 50 %: published for the whole evidence, 1,863 assignments
        int[] requests = new int[41];
        for (int seed = 0; seed < requests.length; seed++) {
            requests[seed] = 200 * slotsUntilInvalid(new SplitCheck(Unit.REQUEST), new Random(seed), 200, 0.45, 10_000);
        }
        Arrays.sort(requests);
        System.out.println("45 instead of 50 %: found after " + requests[20] + " requests, at most " + requests[40]);
        assertThat(requests[20]).isBetween(1_000, 2 * 1_863);
    }

    @Test
    void noSingleMomentDecidesHoweverManyRequestsItHas() {
        SplitCheck check = new SplitCheck(Unit.REQUEST);
        for (int i = 0; i < 3; i++) {
            check.add(new Assigned(100_000, 50_000));
        }
        assertThat(check.isInvalid()).isFalse();
        check.add(new Assigned(100_000, 50_000));
        assertThat(check.isInvalid()).isTrue();
    }

    @Test
    void aCandidateThatIsAwayMakesNothingInvalid() {
        SplitCheck check = new SplitCheck(Unit.REQUEST);
        for (int i = 0; i < 1_000; i++) {
            check.add(new Assigned(100, 0));
            check.add(Assigned.NONE);
        }
        assertThat(check.isInvalid()).isFalse();
        assertThat(check.counted()).isEqualTo(Assigned.NONE);
    }

    @Test
    void itContinuesFromItsNumbers() {
        SplitCheck whole = new SplitCheck(Unit.REQUEST);
        SplitCheck restored = new SplitCheck(Unit.REQUEST);
        whole.add(new Assigned(120, 90));
        StateWriter out = new StateWriter();
        whole.write(out);
        StateReader in = new StateReader(out.longs(), out.doubles());
        restored.read(in);
        in.finish();
        whole.add(new Assigned(120, 90));
        restored.add(new Assigned(120, 90));
        assertThat(restored.logEMost()).isEqualTo(whole.logEMost()).isPositive();
        assertThat(restored.counted()).isEqualTo(new Assigned(240, 180));
    }
}
