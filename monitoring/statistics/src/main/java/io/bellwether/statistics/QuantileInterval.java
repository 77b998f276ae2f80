package io.bellwether.statistics;

import java.util.OptionalInt;

/**
 * The buckets between which a quantile lies, for display: as data arrive the interval may be looked at all the time.
 *
 * <p>The number of values below the true {@code q}-quantile, ties split at random, is a sum of coins of probability
 * {@code q}. The two-sided {@link BetaBinomialMixture} says which counts are plausible at level {@code alpha},
 * {@code k_min} to {@code k_max}; then the quantile lies in the lowest bucket with at least {@code k_min} values in it or
 * below, in the highest with at most {@code k_max} values below it, or between. Bucketing widens it by no more than the
 * buckets themselves.
 *
 * <p><b>Hypothesis.</b> The {@code q}-quantile is the same for every value, given the past. <b>Source.</b> Howard and
 * Ramdas, "Sequential estimation of quantiles" (2022), theorem 1 with a beta-binomial mixture.
 *
 * @param lowest the lowest bucket that may hold the quantile; empty while nothing is known
 * @param highest the highest such bucket; empty while nothing is known
 */
public record QuantileInterval(OptionalInt lowest, OptionalInt highest) {
    /**
     * With a chance of at most {@code alpha} the quantile ever lies outside.
     *
     * @param values all values so far
     * @param q the quantile, between 0 and 1
     * @param alpha chance of error, between 0 and 1
     * @param countBest number of values at which the interval is nearly as narrow as possible
     */
    public static QuantileInterval of(LogHistogram values, double q, double alpha, double countBest) {
        MixtureBoundary.checkLevel(q);
        if (values.isEmpty()) {
            return new QuantileInterval(OptionalInt.empty(), OptionalInt.empty());
        }
        double count = values.total();
        return between(
                values,
                q * count - reach(1 - q, count, alpha, countBest),
                q * count + reach(q, count, alpha, countBest));
    }

    /** By how many values a count may exceed its mean; infinite if even all values would be plausible. */
    private static double reach(double q, double count, double alpha, double countBest) {
        BetaBinomialMixture mixture = BetaBinomialMixture.ofShare(q, countBest, alpha);
        double variance = q * (1 - q) * count;
        double bound = mixture.bound(variance, alpha);
        return bound < mixture.sumMax(variance) ? bound : Double.POSITIVE_INFINITY;
    }

    /** The quantile of which between {@code least} and {@code most} values lie below, ties split. */
    static QuantileInterval between(LogHistogram values, double least, double most) {
        int[] buckets = values.buckets();
        long[] counts = values.counts();
        OptionalInt lowest = OptionalInt.empty();
        OptionalInt highest = OptionalInt.empty();
        long before = 0;
        for (int i = 0; i < buckets.length; i++) {
            if (least > 0 && before < least && before + counts[i] >= least) {
                lowest = OptionalInt.of(buckets[i]);
            }
            if (most < values.total() && before <= most) {
                highest = OptionalInt.of(buckets[i]);
            }
            before += counts[i];
        }
        return new QuantileInterval(lowest, highest);
    }
}
