package io.bellwether.statistics;

/**
 * The value itself, the middle of its bucket, as a share of a cap, above which all count as the cap. The cap is ten past means,
 * and at most twice the greatest past value: betting on means is slow in proportion to the cap.
 */
final class AmountScore implements PastScore {
    private static final double CAP_MEANS = 10;
    private static final double CAP_GREATEST = 2;

    private final int greatest;
    private final double cap;
    private final double mean;

    /**
     * @param past values of the control, not empty
     */
    AmountScore(LogHistogram past) {
        int[] buckets = past.buckets();
        long[] counts = past.counts();
        double total = past.total();
        greatest = buckets[buckets.length - 1];
        // Relative to the greatest value, so that nothing overflows.
        double ofValues = 0;
        for (int i = 0; i < buckets.length; i++) {
            ofValues += counts[i] / total * BucketScale.ratioOf(buckets[i] - greatest);
        }
        cap = Math.min(CAP_MEANS * ofValues, CAP_GREATEST);
        double ofScores = 0;
        for (int i = 0; i < buckets.length; i++) {
            ofScores += counts[i] / total * applyAsDouble(buckets[i]);
        }
        mean = ofScores;
    }

    @Override
    public double applyAsDouble(int bucket) {
        return Math.min(1, BucketScale.ratioOf(bucket - greatest) / cap);
    }

    @Override
    public double mean() {
        return mean;
    }
}
