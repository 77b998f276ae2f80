package io.bellwether.telemetry;

import java.math.BigInteger;

/**
 * The logarithmic scale of {@code LogBuckets}: bucket {@code i} holds the whole numbers in
 * [1.02<sup>i</sup>, 1.02<sup>i+1</sup>).
 *
 * <p>The arithmetic is exact: the first whole number of every bucket is the ceiling of
 * 51<sup>i</sup>/50<sup>i</sup> in unbounded integers, and {@link #index} agrees with that table for every {@code long}.
 * A floating-point logarithm only makes the first guess, so two processes on different machines never disagree about a
 * value on a boundary. A value of zero or less counts as one. Buckets below 36 are mostly empty, because no whole number
 * falls in them.
 *
 * <p>The relative width of a bucket is 2 %, so a quantile read from bucket bounds is off by at most 2 %.
 */
public final class LogScale {
    /** Ratio of two neighbouring bounds. */
    public static final double GAMMA = 1.02;

    /** The bucket of {@link Long#MAX_VALUE}, the highest there is. */
    public static final int INDEX_MAX = 2205;

    private static final double LOG_GAMMA = StrictMath.log(GAMMA);

    /** FIRST[i]: the smallest whole number that is not below 1.02^i. */
    private static final long[] FIRST = firstWholeNumbers();

    private LogScale() {}

    /**
     * The bucket of a value.
     *
     * @return 0 for values up to 1, at most {@link #INDEX_MAX}; never falls as the value rises
     */
    public static int index(long value) {
        if (value <= 1) {
            return 0;
        }
        int index = Math.min(INDEX_MAX, (int) (Math.log((double) value) / LOG_GAMMA));
        while (FIRST[index] > value) {
            index--;
        }
        while (index < INDEX_MAX && FIRST[index + 1] <= value) {
            index++;
        }
        return index;
    }

    /**
     * The lower bound of a bucket, 1.02<sup>index</sup>, rounded to a double. The bucket above begins where this one
     * ends.
     *
     * @param index 0 to {@link #INDEX_MAX} + 1
     */
    public static double lowerBound(int index) {
        if (index < 0 || index > INDEX_MAX + 1) {
            throw new IllegalArgumentException(
                    "bucket index must be between 0 and " + (INDEX_MAX + 1) + ", got " + index);
        }
        return StrictMath.pow(GAMMA, index);
    }

    /**
     * How many whole buckets a ratio spans, rounded up: the smallest n with 1.02<sup>n</sup> at least {@code ratio}. Use
     * it to turn a margin into buckets; the effective margin is then {@code lowerBound(n)}.
     *
     * @param ratio at least 1, finite
     */
    public static int bucketsAtLeast(double ratio) {
        if (!(ratio >= 1) || ratio > lowerBound(INDEX_MAX)) {
            throw new IllegalArgumentException("ratio must be at least 1 and finite, got " + ratio);
        }
        int buckets = (int) Math.floor(Math.log(ratio) / LOG_GAMMA);
        while (buckets > 0 && lowerBound(buckets - 1) >= ratio) {
            buckets--;
        }
        while (lowerBound(buckets) < ratio) {
            buckets++;
        }
        return buckets;
    }

    private static long[] firstWholeNumbers() {
        long[] first = new long[INDEX_MAX + 1];
        BigInteger numerator = BigInteger.ONE;
        BigInteger denominator = BigInteger.ONE;
        for (int i = 0; i <= INDEX_MAX; i++) {
            first[i] = numerator
                    .add(denominator)
                    .subtract(BigInteger.ONE)
                    .divide(denominator)
                    .longValueExact();
            numerator = numerator.multiply(BigInteger.valueOf(51));
            denominator = denominator.multiply(BigInteger.valueOf(50));
        }
        return first;
    }
}
