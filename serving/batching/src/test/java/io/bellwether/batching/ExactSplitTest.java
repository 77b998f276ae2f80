package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExactSplitTest {
    @Test
    void givesTheLeftoverToTheLargestFractions() {
        // 10 over 1:1:1 is 3.33 each: the tie goes to the first.
        assertThat(ExactSplit.split(10, new int[] {1, 1, 1})).containsExactly(4, 3, 3);
        // 7 over 2:3:1 is 2.33, 3.5, 1.17.
        assertThat(ExactSplit.split(7, new int[] {2, 3, 1})).containsExactly(2, 4, 1);
        // Hamilton's apportionment of 26 seats to five states: the quotas are 9.061, 7.179, 5.259, 3.319 and 1.182,
        // and the one seat that is left goes to the fraction 0.319.
        assertThat(ExactSplit.split(26, new int[] {9061, 7179, 5259, 3319, 1182}))
                .containsExactly(9, 7, 5, 4, 1);
    }

    @Test
    void splitsTheLargestTotalWithoutOverflow() {
        int half = Integer.MAX_VALUE / 2;
        long[] parts = ExactSplit.split(Long.MAX_VALUE, new int[] {half, half, 1});
        assertThat(parts[0] + parts[1] + parts[2]).isEqualTo(Long.MAX_VALUE);
        assertThat(parts[0] - parts[1]).isBetween(0L, 1L);
    }

    @Test
    void partsAddUpAndEachIsWithinOneUnitOfItsShare() {
        Seeds.forEach(2_000, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            int[] weights = new int[1 + random.nextInt(40)];
            Arrays.setAll(weights, i -> random.nextInt(1 << random.nextInt(1, 25)));
            weights[0]++;
            long total = random.nextLong() >>> random.nextInt(1, 64);
            BigInteger weightSum =
                    BigInteger.valueOf(Arrays.stream(weights).asLongStream().sum());

            // When
            long[] parts = ExactSplit.split(total, weights);

            // Then
            assertThat(Arrays.stream(parts).sum()).isEqualTo(total);
            for (int i = 0; i < parts.length; i++) {
                BigInteger exactTimesSum = BigInteger.valueOf(total).multiply(BigInteger.valueOf(weights[i]));
                BigInteger off = BigInteger.valueOf(parts[i])
                        .multiply(weightSum)
                        .subtract(exactTimesSum)
                        .abs();
                assertThat(off).isLessThan(weightSum);
            }
        });
    }

    @Test
    void refusesWhatCannotBeSplit() {
        assertThatThrownBy(() -> ExactSplit.split(-1, new int[] {1})).hasMessageContaining("negative total");
        assertThatThrownBy(() -> ExactSplit.split(1, new int[] {-1, 2})).hasMessageContaining("negative: -1");
        assertThatThrownBy(() -> ExactSplit.split(1, new int[] {})).hasMessageContaining("add up to 0");
        assertThatThrownBy(() -> ExactSplit.split(1, new int[] {Integer.MAX_VALUE, 1}))
                .hasMessageContaining("add up to 2147483648");
    }
}
