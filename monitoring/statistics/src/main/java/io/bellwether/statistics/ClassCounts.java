package io.bellwether.statistics;

import java.util.Arrays;

/**
 * How often each class was predicted, immutable. The unit is one prediction a request: several predictions
 * of one request share its input and are not independent.
 */
public final class ClassCounts {
    /** No class was ever predicted. */
    public static final ClassCounts NONE = new ClassCounts(new long[0]);

    private final long[] counts;
    private final long total;

    private ClassCounts(long[] counts) {
        this.counts = counts;
        long sum = 0;
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("a class count is negative: " + count);
            }
            sum = Math.addExact(sum, count);
        }
        this.total = sum;
    }

    /**
     * Counts by class index.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    public static ClassCounts of(long... counts) {
        return new ClassCounts(counts.clone());
    }

    /** How many classes are distinguished; classes beyond count zero. */
    public int size() {
        return counts.length;
    }

    /** How often class {@code index} was predicted; zero beyond {@link #size()}. */
    public long count(int index) {
        return index < counts.length ? counts[index] : 0;
    }

    /** All predictions. */
    public long total() {
        return total;
    }

    /** What was counted here or there. */
    public ClassCounts plus(ClassCounts other) {
        long[] sums = new long[Math.max(counts.length, other.counts.length)];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(count(i), other.count(i));
        }
        return new ClassCounts(sums);
    }

    /** The counts by class index; a copy. */
    public long[] toArray() {
        return counts.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "ClassCounts" + Arrays.toString(counts);
    }
}
