package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogHistogramTest {
    private static LogHistogram of(int... buckets) {
        long[] ones = new long[buckets.length];
        Arrays.fill(ones, 1);
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void theScaleIsTwoPercentABucket() {
        assertThat(BucketScale.bucketOf(0)).isZero();
        assertThat(BucketScale.bucketOf(-5)).isZero();
        assertThat(BucketScale.bucketOf(1.0199)).isZero();
        assertThat(BucketScale.bucketOf(1.0201)).isEqualTo(1);
        assertThat(BucketScale.bucketOf(1e6)).isEqualTo((int) Math.floor(Math.log(1e6) / Math.log(1.02)));
        assertThat(BucketScale.middleOf(0)).isCloseTo(Math.sqrt(1.02), offset(1e-12));
    }

    @Test
    void aMarginIsRoundedUpToWholeBuckets() {
        assertThat(BucketScale.bucketsFor(0.10)).isEqualTo(5);
        assertThat(BucketScale.marginOf(5)).isCloseTo(0.1040808032, offset(1e-12));
        assertThat(BucketScale.bucketsFor(0.02)).isEqualTo(1);
        assertThat(BucketScale.bucketsFor(1e-5)).isEqualTo(1);
        assertThat(BucketScale.bucketsFor(1e-6)).isZero();
        assertThat(BucketScale.bucketsFor(BucketScale.marginOf(7))).isEqualTo(7);
    }

    @Test
    void quantilesAgreeWithSortedValues() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 300; run++) {
            int[] values = random.ints(1 + random.nextInt(40), -20, 5 + random.nextInt(30))
                    .toArray();
            LogHistogram histogram = of(values);
            double q = 0.05 + 0.9 * random.nextDouble();
            long mostAbove = (long) Math.floor((1 - q) * values.length);
            int bucket = histogram.quantileBucket(q);
            assertThat(histogram.countAbove(bucket)).isLessThanOrEqualTo(mostAbove);
            assertThat(histogram.countAbove(bucket - 1)).isGreaterThan(mostAbove);
            int below = histogram.bucketBelowQuantile(q);
            assertThat((double) histogram.countAbove(below)).isGreaterThanOrEqualTo((1 - q) * values.length);
            assertThat((double) histogram.countAbove(below + 1)).isLessThan((1 - q) * values.length);
        }
    }

    @Test
    void countsAboveAgreeWithTheValues() {
        int[] values = {-3, 0, 0, 4, 9, 9, 9, 12};
        for (int bucket = -5; bucket < 15; bucket++) {
            int above = bucket;
            assertThat(of(values).countAbove(bucket))
                    .isEqualTo(Arrays.stream(values).filter(v -> v > above).count());
        }
    }

    @Test
    void mergingIsTheSameInEveryOrderAndEqualsCountingOnce() {
        SplittableRandom random = new SplittableRandom(4);
        for (int run = 0; run < 100; run++) {
            int[] values = random.ints(60, 0, 40).toArray();
            LogHistogram a = of(Arrays.copyOfRange(values, 0, 13));
            LogHistogram b = of(Arrays.copyOfRange(values, 13, 40));
            LogHistogram c = of(Arrays.copyOfRange(values, 40, 60));
            assertThat(a.plus(b).plus(c))
                    .isEqualTo(c.plus(a.plus(b)))
                    .isEqualTo(of(values))
                    .hasSameHashCodeAs(of(values));
            assertThat(a.plus(LogHistogram.EMPTY))
                    .isEqualTo(LogHistogram.EMPTY.plus(a))
                    .isEqualTo(a);
        }
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> LogHistogram.of(new int[2], new long[3])).hasMessageContaining("2 and 3");
        assertThatThrownBy(() -> LogHistogram.of(new int[] {1}, new long[] {-1}))
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> LogHistogram.EMPTY.quantileBucket(0.5)).hasMessageContaining("no quantile");
        assertThatThrownBy(() -> of(1).quantileBucket(1)).hasMessageContaining("between 0 and 1");
    }
}
