package io.bellwether.statistics;

/**
 * Evidence that one quantile differs between two arms, in either direction, from all values of both.
 *
 * <p>With the two-sided {@link BetaBinomialMixture} {@code M} of the quantile {@code p}: if the quantiles are equal, for some
 * {@code x} both numbers of values below {@code x}, ties split, are sums of coins of probability {@code p}. A value in the
 * bucket of {@code x} may lie on either side, so for each arm the least evidence of all possible numbers counts:
 * <pre>  ln E = min_i sum_arms min( ln M(k, n - k) : #before i up to #up to i )</pre>
 *
 * <p>{@code p = min(1, 1/E)} is a p-value that may be looked at all the time. For roll backs it is the wrong question, as
 * any difference counts: see {@link QuantileEvidence}. <b>Hypothesis.</b> The quantiles are equal and stand still.
 *
 * <p><b>Source.</b> Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm
 * identification" (2022), theorem 5. Immutable.
 */
public final class QuantileEquality {
    private final BetaBinomialMixture mixture;

    /**
     * @param quantile which quantile, between 0 and 1
     * @param countBest number of values of an arm at which a difference is seen best
     * @param alphaBest chance of error at which it is seen best, between 0 and 1
     */
    public QuantileEquality(double quantile, double countBest, double alphaBest) {
        MixtureBoundary.checkLevel(quantile);
        this.mixture = BetaBinomialMixture.ofShare(quantile, countBest, alphaBest);
    }

    /**
     * The natural logarithm of the e-value for all values of both arms. Between two buckets that hold something no number is
     * possible that is not possible in the lower one too, so only those buckets are looked at.
     */
    public double logE(LogHistogram first, LogHistogram second) {
        Arm one = new Arm(first);
        Arm other = new Arm(second);
        double least = one.logLeast(0) + other.logLeast(0);
        while (one.hasNext() || other.hasNext()) {
            int bucket = Math.min(one.nextBucket(), other.nextBucket());
            least = Math.min(least, one.logLeast(one.take(bucket)) + other.logLeast(other.take(bucket)));
        }
        return least;
    }

    /** Walks over one arm's buckets, rising. */
    private final class Arm {
        private final int[] buckets;
        private final long[] counts;
        private final double total;
        private final double leastPlace;
        private long passed;
        private int next;

        Arm(LogHistogram values) {
            buckets = values.buckets();
            counts = values.counts();
            total = (double) values.total();
            leastPlace = leastPlace(total);
        }

        boolean hasNext() {
            return next < buckets.length;
        }

        int nextBucket() {
            return hasNext() ? buckets[next] : Integer.MAX_VALUE;
        }

        /** Passes the bucket if it is the next one, and says how many values were in it. */
        long take(int bucket) {
            if (nextBucket() != bucket) {
                return 0;
            }
            long held = counts[next++];
            passed += held;
            return held;
        }

        /** The least evidence of all numbers between what was passed without the last {@code held} values and with them. */
        double logLeast(long held) {
            double place = Math.min((double) passed, Math.max((double) (passed - held), leastPlace));
            return mixture.logValueOfCounts(place, total - place);
        }
    }

    /** The number of events with the least evidence: the mixture falls and rises again, so by golden sections. */
    private double leastPlace(double total) {
        double golden = (Math.sqrt(5) - 1) / 2;
        double below = 0;
        double above = total;
        for (int i = 0; i < 80; i++) {
            double lower = above - golden * (above - below);
            double upper = below + golden * (above - below);
            if (mixture.logValueOfCounts(lower, total - lower) < mixture.logValueOfCounts(upper, total - upper)) {
                above = upper;
            } else {
                below = lower;
            }
        }
        return (below + above) / 2;
    }
}
