package io.bellwether.benchmark.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class FlaggerJudgeTest {
    private static FlaggerJudge judge(int threshold, int iterations) {
        return new FlaggerJudge(new FlaggerJudge.Settings(99, 500, threshold, iterations));
    }

    @Test
    void failuresAddUpAcrossSuccessesAndTheNextLookRollsBack() {
        FlaggerJudge judge = judge(3, 100);
        for (int i = 0; i < 3; i++) {
            assertThat(judge.look(98.9, 100)).isEmpty();
            if (i < 2) {
                assertThat(judge.look(100, 100)).isEmpty();
            }
        }
        // Then a perfect minute does not help any more
        assertThat(judge.look(100, 100)).contains(Verdict.ROLL_BACK);
    }

    @Test
    void boundsThemselvesPassAndPartsOfMillisecondsAreCutOff() {
        FlaggerJudge judge = judge(1, 2);
        assertThat(judge.look(99, 500.9)).isEmpty();
        assertThat(judge.look(100, 0)).isEmpty();
        assertThat(judge.look(100, 0)).contains(Verdict.PROMOTE);
        FlaggerJudge slow = judge(1, 2);
        assertThat(slow.look(99, 501)).isEmpty();
        assertThat(slow.look(100, 0)).contains(Verdict.ROLL_BACK);
    }

    @Test
    void aMinuteWithoutValuesIsAFailedCheck() {
        FlaggerJudge judge = judge(2, 100);
        assertThat(judge.look(Double.NaN, Double.NaN)).isEmpty();
        assertThat(judge.look(100, Double.NaN)).isEmpty();
        assertThat(judge.look(100, 100)).contains(Verdict.ROLL_BACK);
    }

    @Test
    void percentilesAreInterpolatedWithinCoarseBuckets() {
        BucketQuantile quantile = new BucketQuantile(100, 250, 500, 1_000);
        assertThat(quantile.quantile(0.99)).isNaN();
        for (int i = 0; i < 59; i++) {
            quantile.add(300);
        }
        quantile.add(501);
        // rank 59.4 lies 0.4 into the bucket from 500 to 1000, though one request only was above 500, by one
        // millisecond
        assertThat(quantile.quantile(0.99)).isCloseTo(700, offset(1e-9));
        assertThat(quantile.quantile(0.5)).isCloseTo(250 + 250 * 30 / 59.0, offset(1e-9));
        for (int i = 0; i < 1_000; i++) {
            quantile.add(5_000);
        }
        assertThat(quantile.quantile(0.99)).isEqualTo(1_000);
    }
}
