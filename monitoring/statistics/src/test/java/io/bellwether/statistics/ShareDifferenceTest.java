package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ShareDifferenceTest {
    private static final double ALPHA = 0.05;

    @Test
    void closingInUntilTheGrainIsKnownGivesWhatClosingInToTheEndGives() {
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            long n0 = (long) Math.exp(16 * random.nextDouble());
            long n1 = (long) Math.exp(16 * random.nextDouble());
            long k0 = (long) (n0 * Math.pow(random.nextDouble(), 1 + random.nextInt(6)));
            long k1 = random.nextInt(9) == 0 ? n1 : (long) (n1 * Math.pow(random.nextDouble(), 1 + random.nextInt(6)));
            ShareInterval control = ShareInterval.of(n0, k0, ALPHA / 2, 5_000);
            ShareInterval candidate = ShareInterval.of(n1, k1, ALPHA / 2, 5_000);
            ShareDifference difference = ShareDifference.of(new EventTable(n0, k0, n1, k1), ALPHA, 5_000);
            assertThat(difference.lowest())
                    .isEqualTo(Math.max(-1, Math.floor(1e6 * (candidate.lowest() - control.highest())) / 1e6));
            assertThat(difference.highest())
                    .isEqualTo(Math.min(1, Math.ceil(1e6 * (candidate.highest() - control.lowest())) / 1e6));
        }
    }
}
