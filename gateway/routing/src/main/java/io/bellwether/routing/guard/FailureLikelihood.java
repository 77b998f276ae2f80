package io.bellwether.routing.guard;

/**
 * Likelihood ratios of the failures of one slice, as logarithms. Each has a mean of at most 1 under its null hypothesis,
 * whatever happened in the slices before.
 */
final class FailureLikelihood {

    private static final double RESCALE = 1e200;
    private static final double LOG_RESCALE = Math.log(RESCALE);

    private FailureLikelihood() {}

    /**
     * A share of failures {@code rate} against shares of at most {@code floor}: independent Bernoulli trials, whose
     * likelihood ratio falls with the true share.
     *
     * @param rate above {@code floor}, below 1
     */
    static double logFloor(long failed, long good, double rate, double floor) {
        return failed * Math.log(rate / floor) + good * Math.log((1 - rate) / (1 - floor));
    }

    /**
     * Odds of failing that are {@code ratio} times those of the stable version, against odds that are not higher: given how
     * many requests each arm had (n1, n0) and how many of all failed (k), the candidate's k1 failures are hypergeometric
     * under equal odds, and have weights C(n1, j) C(n0, k - j) ratio^j under that ratio (Fisher's noncentral hypergeometric
     * distribution). The base rate, and whatever moves it, cancels. With R the sum of the weights over all j:
     * {@code LR = ratio^k1 * R(1) / R(ratio)}.
     *
     * <p>Cost: min(n1, k) steps.
     *
     * @param ratio above 1
     */
    static double logOdds(SliceCounts slice, double ratio) {
        double n1 = slice.candidate();
        double n0 = slice.stable();
        double k1 = slice.candidateFailed();
        double k = k1 + slice.stableFailed();
        double first = Math.max(0, k - n0);
        return (k1 - first) * Math.log(ratio) + logSum(n1, n0, k, 1) - logSum(n1, n0, k, ratio);
    }

    /** Logarithm of the sum of the weights, as multiples of the first weight. */
    private static double logSum(double n1, double n0, double k, double ratio) {
        double term = 1;
        double sum = 1;
        double logScale = 0;
        double last = Math.min(n1, k);
        for (double j = Math.max(0, k - n0); j < last; j++) {
            term *= ratio * (n1 - j) * (k - j) / ((j + 1) * (n0 - k + j + 1));
            sum += term;
            if (sum > RESCALE) {
                term /= RESCALE;
                sum /= RESCALE;
                logScale += LOG_RESCALE;
            }
        }
        return Math.log(sum) + logScale;
    }
}
