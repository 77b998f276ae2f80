package io.bellwether.monitoring.evaluation;

import java.util.Arrays;

/**
 * Scores of the answers of one compared arm in one slot, in frozen bins of which the last one is for what is no number.
 * Immutable.
 */
public final class ScoreCounts {
    /** No answer had a score. */
    public static final ScoreCounts NONE = new ScoreCounts("", new long[0]);

    /** Counts in different bins: what their sum means is not known. */
    private static final ScoreCounts MIXED = new ScoreCounts("mixed", new long[0]);

    private final String scale;
    private final long[] counts;

    /**
     * @param scale name of the bins
     * @param counts one a bin
     */
    public ScoreCounts(String scale, long[] counts) {
        this.scale = scale;
        this.counts = counts.clone();
    }

    /** Both together. */
    public ScoreCounts plus(ScoreCounts other) {
        if (isNone() || other.isNone()) {
            return isNone() ? other : this;
        }
        return isIn(other.scale, other.counts.length) ? new ScoreCounts(scale, sum(counts, other.counts)) : MIXED;
    }

    boolean isNone() {
        return scale.isEmpty();
    }

    /** Whether it counts in these bins. */
    boolean isIn(String otherScale, int bins) {
        return scale.equals(otherScale) && counts.length == bins;
    }

    String scale() {
        return scale;
    }

    int bins() {
        return counts.length;
    }

    long total() {
        return Arrays.stream(counts).sum();
    }

    /** One a bin; zeros where no answer had a score. */
    long[] toArray(int bins) {
        return isNone() ? new long[bins] : counts.clone();
    }

    static long[] sum(long[] one, long[] other) {
        long[] sum = one.clone();
        for (int bin = 0; bin < sum.length; bin++) {
            sum[bin] += other[bin];
        }
        return sum;
    }

    @Override
    public String toString() {
        return scale + Arrays.toString(counts);
    }
}
