package io.bellwether.statistics;

/**
 * How far a value reaches beyond the 90th percentile of the past: 0 up to it, 1 at four times of it and beyond, and between the
 * two in proportion to the logarithm. So a tail that reaches further counts for how far it does, where exceeding one quantile
 * would only count how often, and no single value counts for more than one.
 */
final class ReachScore implements PastScore {
    private static final double QUANTILE = 0.9;
    private static final double BUCKETS_MOST = BucketScale.bucketsFor(3);

    private final int threshold;
    private final double mean;

    /**
     * @param past values of the control, not empty
     */
    ReachScore(LogHistogram past) {
        threshold = past.quantileBucket(QUANTILE);
        mean = meanOf(past, 0);
    }

    @Override
    public double applyAsDouble(int bucket) {
        return Math.min(1, Math.max(0, (bucket - threshold) / BUCKETS_MOST));
    }

    @Override
    public double mean() {
        return mean;
    }
}
