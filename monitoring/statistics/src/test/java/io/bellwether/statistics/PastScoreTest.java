package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PastScoreTest {
    @Test
    void aRankIsTheShareOfThePastBelowWithHalfOfItsOwnBucketHoweverFarThePastSpreads() {
        Random random = new Random(3);
        for (int spread : new int[] {1, 2, 50, 5_000, 2_000_000}) {
            int[] buckets = random.ints(30, -spread, spread).toArray();
            long[] counts = random.longs(30, 1, 9).toArray();
            RankScore rank = new RankScore(LogHistogram.of(buckets, counts));
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            for (int i = 0; i < 200; i++) {
                int bucket = i < 30 ? buckets[i] : random.nextInt(-spread - 5, spread + 5);
                double twiceBelow = 0;
                for (int j = 0; j < buckets.length; j++) {
                    twiceBelow += counts[j] * (Integer.signum(bucket - buckets[j]) + 1);
                }
                assertThat(rank.applyAsDouble(bucket)).isEqualTo(twiceBelow / (2 * total));
            }
        }
    }

    @Test
    void whatIsWrittenDownOfTheScaleIsWhatItSays() {
        for (int bucket : new int[] {-3_000, -2_049, -2_048, -1, 0, 1, 700, 2_047, 2_048, 2_049, 3_000}) {
            assertThat(BucketScale.ratioOf(bucket)).isEqualTo(Math.exp(bucket * Math.log(1.02)));
            assertThat(BucketScale.middleOf(bucket)).isEqualTo(Math.exp((bucket + 0.5) * Math.log(1.02)));
        }
    }

    @Test
    void thePastIsTheSameWhetherOrNotItWasAskedForBefore() {
        // Given the same values in three pasts, one asked for after each slot, one only at the end, one after a restart
        Random random = new Random(4);
        PastDistribution asked = new PastDistribution(LogHistogram.EMPTY, 0.99);
        PastDistribution silent = new PastDistribution(LogHistogram.EMPTY, 0.99);
        for (int slot = 0; slot < 2_000; slot++) {
            int[] buckets =
                    random.ints(random.nextInt(slot < 1_000 ? 200 : 3), 0, 100).toArray();
            long[] ones = random.longs(buckets.length, 1, 2).toArray();
            asked.add(slot, LogHistogram.of(buckets, ones));
            silent.add(slot, LogHistogram.of(buckets, ones));
            assertThat(asked.values(0.5)).isNotNull();
            assertThat(asked.values(slot % 2 == 0 ? 0.95 : 0.99)).isNotNull();
            if (slot % 50 == 0) {
                StateWriter out = new StateWriter();
                silent.write(out);
                PastDistribution restored = new PastDistribution(LogHistogram.EMPTY, 0.99);
                restored.read(new StateReader(out.longs(), out.doubles()));
                for (double q : new double[] {0.5, 0.95, 0.99}) {
                    // Then
                    assertThat(asked.values(q)).isEqualTo(restored.values(q));
                }
            }
        }
    }
}
