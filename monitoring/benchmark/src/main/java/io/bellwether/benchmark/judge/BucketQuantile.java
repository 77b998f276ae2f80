package io.bellwether.benchmark.judge;

/**
 * {@code histogram_quantile} of Prometheus on classic buckets: linear interpolation within the bucket of the rank
 * {@code q n}; the lower bound of the last bucket beyond all bounds. NaN without observations.
 */
final class BucketQuantile {
    /** The buckets of Istio's request duration, in milliseconds. */
    private static final double[] ISTIO_MILLIS = {
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
        3_600_000
    };

    private final double[] upperBounds;
    private final long[] counts;
    private long total;

    BucketQuantile(double... upperBounds) {
        this.upperBounds = upperBounds.clone();
        this.counts = new long[upperBounds.length + 1];
    }

    static BucketQuantile ofIstio() {
        return new BucketQuantile(ISTIO_MILLIS);
    }

    void add(double value) {
        int i = 0;
        while (i < upperBounds.length && value > upperBounds[i]) {
            i++;
        }
        counts[i]++;
        total++;
    }

    double quantile(double q) {
        if (total == 0) {
            return Double.NaN;
        }
        double rank = q * total;
        long below = 0;
        int i = 0;
        while (i < counts.length - 1 && below + counts[i] < rank) {
            below += counts[i];
            i++;
        }
        if (i == upperBounds.length) {
            return upperBounds[upperBounds.length - 1];
        }
        double lower = i == 0 ? 0 : upperBounds[i - 1];
        return lower + (upperBounds[i] - lower) * (rank - below) / Math.max(1, counts[i]);
    }
}
