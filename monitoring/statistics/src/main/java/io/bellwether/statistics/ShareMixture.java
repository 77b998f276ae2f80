package io.bellwether.statistics;

/**
 * Evidence that a share of events lies on one side of {@code p}, as a function of counts: the mean of the likelihood ratios
 * {@code (q/p)^k ((1-q)/(1-p))^(n-k)} over shares {@code q} of that side, {@code p} itself among them with half of the weight.
 *
 * <p>The other half lies on odds of {@code exp(u)} or {@code exp(-u)} times those of {@code p}, 24 of them with {@code u}
 * log-spaced in [0.03, ln 50]. Because of {@code p} the mean is never below one half: in a minimum over many places the
 * places that are far on the wrong side then cost ln 2 and not everything.
 *
 * <p><b>Hypothesis.</b> Given the past, each unit has the event with a probability of at most {@code p} (above) or at least
 * {@code p} (below). The value rises with {@code k} (above) or falls with it (below). Immutable.
 */
final class ShareMixture {
    private static final int POINTS = 24;
    private static final double LEAST = 0.03;
    private static final double GREATEST = Math.log(50);

    private final double[] logPerEvent = new double[POINTS + 1];
    private final double[] logPerOther = new double[POINTS + 1];
    private final double[] logWeights = new double[POINTS + 1];

    private ShareMixture(double p, int side) {
        MixtureBoundary.checkLevel(p);
        double step = Math.log(GREATEST / LEAST) / (POINTS - 1);
        for (int i = 0; i < POINTS; i++) {
            double logRatio = side * LEAST * Math.exp(i * step);
            double logAll = Math.log1p(p * Math.expm1(logRatio));
            logPerEvent[i] = logRatio - logAll;
            logPerOther[i] = -logAll;
            logWeights[i] = -Math.log(2 * POINTS);
        }
        logWeights[POINTS] = -Math.log(2);
    }

    /** Evidence that the share is above {@code p}. */
    static ShareMixture above(double p) {
        return new ShareMixture(p, 1);
    }

    /** Evidence that the share is below {@code p}. */
    static ShareMixture below(double p) {
        return new ShareMixture(p, -1);
    }

    /** The natural logarithm of the mean, from {@code -ln 2} up. */
    double logValue(long count, long events) {
        double[] values = new double[logWeights.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = events * logPerEvent[i] + (count - events) * logPerOther[i];
        }
        return LogSpace.logWeightedSum(logWeights, values);
    }
}
