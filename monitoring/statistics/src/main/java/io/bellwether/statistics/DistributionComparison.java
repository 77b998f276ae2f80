package io.bellwether.statistics;

/**
 * Whether a candidate's whole distribution lies above the control's, times a margin, and by how much any quantile moved.
 *
 * <p>Each arm has a {@link DistributionBand} at half of the chance of error. If the candidate divided by {@code 1+m} is
 * nowhere stochastically larger than the control, {@code F_A(x)} is at most {@code F_B((1+m) x)} for all {@code x}; so that
 * is refuted when
 * <pre>  sup_x ( F_A(x) - F_B((1+m) x) )  is above  g(n_A) + g(n_B)</pre>
 *
 * <p>A catch-all for changes that no chosen quantile shows, weak in the tails: with a tenth of the traffic, at 1 %, a gap of
 * 0.05, 0.02 or 0.01 takes 6,000, 38,000 or 155,000 values of the candidate. It gives a yes or no and intervals for display,
 * no e-value: it is to have a chance of error of its own. <b>Hypothesis.</b> Values are independent with one law an arm.
 *
 * <p><b>Source.</b> Howard and Ramdas (2022), theorem 2; M. Lindon, C. Sanden and V. Shirikian, "Rapid regression detection
 * in software deployments through sequential testing" (2022). Immutable.
 */
public final class DistributionComparison {
    private final DistributionBand band;
    private final int marginBuckets;

    /** A ratio of quantiles, candidate to control; bounds are 0 and infinite while nothing is known. */
    public record RatioInterval(double lowest, double highest) {}

    /**
     * @param alpha chance that anything said here is ever wrong, between 2e-12 and 1
     * @param countMin values of an arm below which nothing is said, fixed beforehand
     * @param margin relative growth that is not yet harm, at least 0; rounded up to whole buckets
     */
    public DistributionComparison(double alpha, long countMin, double margin) {
        if (!(margin >= 0 && margin < 1e6)) {
            throw new IllegalArgumentException("a margin is a relative growth of at least 0, got " + margin);
        }
        this.band = new DistributionBand(alpha / 2, countMin);
        this.marginBuckets = BucketScale.bucketsFor(margin);
    }

    /** Whether some quantile of the candidate is certainly more than the margin above the control's. */
    public boolean isHarmed(LogHistogram control, LogHistogram candidate) {
        return !control.isEmpty()
                && !candidate.isEmpty()
                && gap(control, candidate) > gapMax(control.total(), candidate.total());
    }

    /** {@code sup_x ( F_A(x) - F_B((1+m) x) )}, at least 0; both arms have values. */
    public double gap(LogHistogram control, LogHistogram candidate) {
        int[] buckets = control.buckets();
        long[] counts = control.counts();
        int[] otherBuckets = candidate.buckets();
        long[] otherCounts = candidate.counts();
        double greatest = 0;
        long upTo = 0;
        long otherUpTo = 0;
        int j = 0;
        for (int i = 0; i < buckets.length; i++) {
            upTo += counts[i];
            while (j < otherBuckets.length && otherBuckets[j] - marginBuckets <= buckets[i]) {
                otherUpTo += otherCounts[j++];
            }
            double gap = (double) upTo / control.total() - (double) otherUpTo / candidate.total();
            greatest = Math.max(greatest, gap);
        }
        return greatest;
    }

    /** The gap that is still within chance. */
    public double gapMax(long controlCount, long candidateCount) {
        return band.halfWidth(controlCount) + band.halfWidth(candidateCount);
    }

    /**
     * By how much a quantile changed, without a margin; holds for all quantiles together. A value of bucket {@code i} lies
     * between {@code 1.02^i} and {@code 1.02^(i+1)}, hence the bucket added at either end.
     *
     * @param q the quantile, between 0 and 1
     */
    public RatioInterval ratio(LogHistogram control, LogHistogram candidate, double q) {
        QuantileInterval before = band.quantile(control, q);
        QuantileInterval after = band.quantile(candidate, q);
        boolean lowestKnown = after.lowest().isPresent() && before.highest().isPresent();
        boolean highestKnown = after.highest().isPresent() && before.lowest().isPresent();
        double lowest =
                lowestKnown ? power(after.lowest().getAsInt() - before.highest().getAsInt() - 1) : 0;
        double highest = highestKnown
                ? power(after.highest().getAsInt() - before.lowest().getAsInt() + 1)
                : Double.POSITIVE_INFINITY;
        return new RatioInterval(lowest, highest);
    }

    private static double power(int buckets) {
        return Math.exp(buckets * Math.log(BucketScale.GAMMA));
    }
}
