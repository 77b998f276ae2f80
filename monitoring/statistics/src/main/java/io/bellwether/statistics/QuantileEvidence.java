package io.bellwether.statistics;

/**
 * Evidence that one quantile grew by more than a margin, from all values of both arms: for traffic that does not change, and
 * for a p-value to display.
 *
 * <p>Let {@code p} be the quantile, {@code A} the control, {@code B} the candidate. "The candidate's quantile is at most
 * {@code 1+m} times the control's" means that for some {@code x} the share of {@code A} below {@code x} is at most {@code p}
 * and the share of {@code B} up to {@code (1+m) x} at least {@code p}. Against each half there is a {@link ShareMixture}; the
 * {@code x} is not known, so the smallest product over all {@code x} is taken:
 * <pre>  ln E = min_i [ ln above( #A in buckets before i ) + ln below( #B in buckets up to i + margin ) ]</pre>
 * Whichever bucket {@code i} holds the true {@code x}: at least so many of {@code A} lie below it and at most so many of
 * {@code B} up to its multiple, and the mixtures rise and fall with their counts. So E is at most an e-process, buckets or
 * not. Evidence against harm exchanges the arms: "at least {@code 1+m} times".
 *
 * <p><b>Where to use it.</b> The quantiles must stand still: a load that moves both arms while the split changes spoils the
 * comparison of totals, and E with it. {@link ExceedanceEvidence} has no such need and decides roll backs; this one has the
 * power of all values at once and depends on nothing but totals, in whatever order they came. With
 * {@code p = min(1, 1/E)} there is a p-value that may be looked at all the time.
 *
 * <p><b>Regimes.</b> No value in one arm: E is at most one. Distant {@code x}: one of the two mixtures is near one half and
 * the other is large. Between the quantiles both arms contribute; the smallest product is there, nearer to the arm with less
 * traffic. The margin is rounded up to whole buckets of 2 %. <b>Cost.</b> Fifty exponentials for each bucket that
 * holds something, when asked: 0.6 ms for a thousand buckets.
 *
 * <p><b>Source.</b> Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm
 * identification" (2022), theorem 5; the one-sided form with a margin on buckets is derived here. Not thread-safe.
 */
public final class QuantileEvidence {
    private final int marginBuckets;
    private final ShareMixture above;
    private final ShareMixture below;
    private LogHistogram control = LogHistogram.EMPTY;
    private LogHistogram candidate = LogHistogram.EMPTY;

    /**
     * @param quantile which quantile, between 0 and 1
     * @param margin relative growth that is not yet harm, at least 0
     */
    public QuantileEvidence(double quantile, double margin) {
        if (!(margin >= 0 && margin < 1e6)) {
            throw new IllegalArgumentException("a margin is a relative growth of at least 0, got " + margin);
        }
        this.marginBuckets = BucketScale.bucketsFor(margin);
        this.above = ShareMixture.above(quantile);
        this.below = ShareMixture.below(quantile);
    }

    /** Adds values of both arms; either may be empty. */
    public void add(LogHistogram controlValues, LogHistogram candidateValues) {
        control = control.plus(controlValues);
        candidate = candidate.plus(candidateValues);
    }

    /** The natural logarithm of the e-value for harm now. */
    public double logEHarm() {
        return least(control, candidate, marginBuckets);
    }

    /** The natural logarithm of the e-value against harm now. */
    public double logESafe() {
        return least(candidate, control, -marginBuckets);
    }

    /** The relative margin after rounding up to whole buckets. */
    public double effectiveMargin() {
        return BucketScale.marginOf(marginBuckets);
    }

    public void write(StateWriter out) {
        out.writeHistogram(control);
        out.writeHistogram(candidate);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        control = in.readHistogram();
        candidate = in.readHistogram();
    }

    /** The smallest product: {@code lower} is counted before a bucket, {@code upper} up to it and the shift. */
    private double least(LogHistogram lower, LogHistogram upper, int shift) {
        int[] lowerBuckets = lower.buckets();
        long[] lowerCounts = lower.counts();
        int[] upperBuckets = upper.buckets();
        long[] upperCounts = upper.counts();
        long before = 0;
        long upTo = 0;
        int i = 0;
        int j = 0;
        double least = product(lower, 0, upper, 0);
        while (i < lowerBuckets.length || j < upperBuckets.length) {
            int nextLower = i < lowerBuckets.length ? lowerBuckets[i] + 1 : Integer.MAX_VALUE;
            int nextUpper = j < upperBuckets.length ? upperBuckets[j] - shift : Integer.MAX_VALUE;
            int bucket = Math.min(nextLower, nextUpper);
            before += nextLower == bucket ? lowerCounts[i++] : 0;
            upTo += nextUpper == bucket ? upperCounts[j++] : 0;
            least = Math.min(least, product(lower, before, upper, upTo));
        }
        return least;
    }

    private double product(LogHistogram lower, long before, LogHistogram upper, long upTo) {
        return above.logValue(lower.total(), before) + below.logValue(upper.total(), upTo);
    }
}
