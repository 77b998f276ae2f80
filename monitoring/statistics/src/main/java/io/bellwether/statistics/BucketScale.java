package io.bellwether.statistics;

/**
 * The logarithmic scale of all histograms: bucket {@code i} holds the values in {@code [1.02^i, 1.02^(i+1))}.
 * Values of one or less count as one. The same scale as the telemetry's; a shift by whole buckets is a fixed
 * factor, which is what makes margins exact on bucketed values.
 */
public final class BucketScale {
    /** The ratio of neighbouring bucket bounds. */
    public static final double GAMMA = 1.02;

    private static final double LN_GAMMA = Math.log(GAMMA);

    /** Less than this part of a bucket, two millionths of a value, is nothing that anybody measures. */
    private static final double NOTHING = 1e-4;

    /** Buckets of which middles and ratios are written down: they are asked for by the hundred, and an exponential is dear. */
    private static final int KNOWN = 2048;

    private static final double[] MIDDLES = middles();
    /** Of values that lie from {@code -KNOWN} to {@code KNOWN} buckets apart. */
    private static final double[] RATIOS = ratios();

    private BucketScale() {}

    /** The bucket of a value: {@code floor(ln(value) / ln(1.02))}; a value of one or less is in bucket 0. */
    public static int bucketOf(double value) {
        return value <= 1 ? 0 : (int) Math.floor(Math.log(value) / LN_GAMMA);
    }

    /** The geometric middle of a bucket, for display. */
    public static double middleOf(int bucket) {
        return bucket >= 0 && bucket < KNOWN ? MIDDLES[bucket] : middle(bucket);
    }

    private static double middle(int bucket) {
        return Math.exp((bucket + 0.5) * LN_GAMMA);
    }

    private static double[] middles() {
        double[] middles = new double[KNOWN];
        for (int bucket = 0; bucket < KNOWN; bucket++) {
            middles[bucket] = middle(bucket);
        }
        return middles;
    }

    /** The ratio of two values that lie so many buckets apart: {@code 1.02^buckets}. */
    static double ratioOf(int buckets) {
        return buckets >= -KNOWN && buckets <= KNOWN ? RATIOS[buckets + KNOWN] : ratio(buckets);
    }

    private static double ratio(int buckets) {
        return Math.exp(buckets * LN_GAMMA);
    }

    private static double[] ratios() {
        double[] ratios = new double[2 * KNOWN + 1];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ratio(i - KNOWN);
        }
        return ratios;
    }

    /**
     * The fewest whole buckets that are at least a factor of {@code 1 + margin}: {@code ceil(ln(1+m)/ln 1.02)}.
     * A margin that is a whole number of buckets, up to a ten-thousandth, is taken as that number; so 0.0001 % is none at all.
     */
    public static int bucketsFor(double margin) {
        return (int) Math.ceil(Math.log1p(margin) / LN_GAMMA - NOTHING);
    }

    /** The margin that a shift by whole buckets really is: {@code 1.02^buckets - 1}. */
    public static double marginOf(int buckets) {
        return Math.expm1(buckets * LN_GAMMA);
    }
}
