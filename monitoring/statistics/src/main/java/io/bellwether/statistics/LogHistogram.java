package io.bellwether.statistics;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts per bucket of the {@link BucketScale}, immutable and sparse.
 *
 * <p>Counts are exact and add up: merging is commutative and associative and equals counting everything
 * in one place. Memory is one int and one long per bucket that holds something; nanoseconds from one
 * microsecond to one hour need at most about 1,120 buckets.
 */
public final class LogHistogram {
    /** The histogram that has counted nothing. */
    public static final LogHistogram EMPTY = new LogHistogram(new int[0], new long[0], 0);

    private final int[] buckets;
    private final long[] counts;
    private final long total;

    private LogHistogram(int[] buckets, long[] counts, long total) {
        this.buckets = buckets;
        this.counts = counts;
        this.total = total;
    }

    /**
     * A histogram from parallel arrays in any order; equal buckets are added.
     *
     * @throws IllegalArgumentException if the arrays differ in length or a count is negative
     */
    public static LogHistogram of(int[] buckets, long[] counts) {
        if (buckets.length != counts.length) {
            throw new IllegalArgumentException(
                    "buckets and counts must pair up, got " + buckets.length + " and " + counts.length);
        }
        return areInOrder(buckets, counts)
                ? new LogHistogram(buckets.clone(), counts.clone(), sum(counts))
                : sorted(buckets, counts);
    }

    /** Each bucket once, rising, and none that is empty: nothing has to be sorted or added. */
    private static boolean areInOrder(int[] buckets, long[] counts) {
        for (int i = 0; i < buckets.length; i++) {
            if (counts[i] <= 0 || (i > 0 && buckets[i - 1] >= buckets[i])) {
                return false;
            }
        }
        return true;
    }

    private static LogHistogram sorted(int[] buckets, long[] counts) {
        Map<Integer, Long> sums = new TreeMap<>();
        for (int i = 0; i < buckets.length; i++) {
            if (counts[i] < 0) {
                throw new IllegalArgumentException("count of bucket " + buckets[i] + " is negative: " + counts[i]);
            }
            if (counts[i] > 0) {
                sums.merge(buckets[i], counts[i], Math::addExact);
            }
        }
        int[] sorted = sums.keySet().stream().mapToInt(Integer::intValue).toArray();
        long[] matching = sums.values().stream().mapToLong(Long::longValue).toArray();
        return new LogHistogram(sorted, matching, sum(matching));
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum = Math.addExact(sum, count);
        }
        return sum;
    }

    /** How many values were counted. */
    public long total() {
        return total;
    }

    public boolean isEmpty() {
        return total == 0;
    }

    /** How many counted values lie in buckets above the given one. */
    public long countAbove(int bucket) {
        long above = 0;
        for (int i = buckets.length - 1; i >= 0 && buckets[i] > bucket; i--) {
            above += counts[i];
        }
        return above;
    }

    /**
     * The bucket of the {@code q}-quantile: the lowest bucket with at most a share of {@code 1 - q} above it.
     *
     * @throws IllegalStateException if nothing was counted
     * @throws IllegalArgumentException unless {@code 0 < q < 1}
     */
    public int quantileBucket(double q) {
        double aboveMax = allowedAbove(q);
        long above = 0;
        int i = buckets.length - 1;
        while (i > 0 && above + counts[i] <= aboveMax) {
            above += counts[i];
            i--;
        }
        return buckets[i];
    }

    /**
     * The highest bucket with at least a share of {@code 1 - q} above it. Where the values spread smoothly it
     * is next to {@link #quantileBucket}; where many values share one bucket it lies below that bucket.
     *
     * @throws IllegalStateException if nothing was counted
     * @throws IllegalArgumentException unless {@code 0 < q < 1}
     */
    public int bucketBelowQuantile(double q) {
        double aboveMin = allowedAbove(q);
        long above = 0;
        int i = buckets.length - 1;
        while (i >= 0 && above < aboveMin) {
            above += counts[i];
            i--;
        }
        return buckets[i + 1] - 1;
    }

    /** Everything that was counted here or there. */
    public LogHistogram plus(LogHistogram other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        // No count of a bucket overflows where their sum does not.
        long both = Math.addExact(total, other.total);
        int[] mergedBuckets = new int[buckets.length + other.buckets.length];
        long[] mergedCounts = new long[mergedBuckets.length];
        int i = 0;
        int j = 0;
        int n = 0;
        while (i < buckets.length || j < other.buckets.length) {
            boolean mine = j == other.buckets.length || (i < buckets.length && buckets[i] <= other.buckets[j]);
            boolean theirs = i == buckets.length || (j < other.buckets.length && other.buckets[j] <= buckets[i]);
            mergedBuckets[n] = mine ? buckets[i] : other.buckets[j];
            mergedCounts[n] = (mine ? counts[i++] : 0) + (theirs ? other.counts[j++] : 0);
            n++;
        }
        return new LogHistogram(Arrays.copyOf(mergedBuckets, n), Arrays.copyOf(mergedCounts, n), both);
    }

    /** The buckets that hold something, rising; a copy. */
    public int[] buckets() {
        return buckets.clone();
    }

    /** The counts beside {@link #buckets()}; a copy. */
    public long[] counts() {
        return counts.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogHistogram that
                && Arrays.equals(buckets, that.buckets)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(buckets) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "LogHistogram[total=" + total + ", buckets=" + buckets.length + "]";
    }

    private double allowedAbove(double q) {
        if (!(q > 0 && q < 1)) {
            throw new IllegalArgumentException("a quantile lies between 0 and 1, got " + q);
        }
        if (isEmpty()) {
            throw new IllegalStateException("an empty histogram has no quantile");
        }
        return (1 - q) * total;
    }
}
