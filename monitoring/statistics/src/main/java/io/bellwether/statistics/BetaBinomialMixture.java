package io.bellwether.statistics;

/**
 * The mixture for deviations between {@code -g} and {@code h}: an event moves the sum up by {@code h}, its absence down by
 * {@code g}, and under the hypothesis an event has the probability {@code p = g/(g+h)}.
 *
 * <p>{@code S} and {@code V} stand for counts: {@code k = (V + h S)/(h(g+h))} events and {@code n - k = (V - g S)/(g(g+h))}
 * others. The mixture is the likelihood ratio of a beta law of shares, tuned by {@code r}, against {@code p}:
 * <pre>
 *  M = B_x(r/(g(g+h)) + n - k, r/(h(g+h)) + k) / ( p^k (1-p)^(n-k) B_x(r/(g(g+h)), r/(h(g+h))) )
 *  two-sided: x = 1, all shares        one-sided: x = 1 - p, the shares above p</pre>
 *
 * <p><b>Hypothesis.</b> Two-sided: the share is {@code p}. One-sided: it is at most {@code p}, given the past, for every
 * unit; also any deviations within {@code -g} and {@code h} of a mean of at most zero, with {@code V = g h} a unit.
 *
 * <p><b>Regimes.</b> One-sided, many events: like two-sided and up to twice as much. Few events: {@code M} falls like one
 * over the missing events, never below what its law of shares gives to the neighbourhood of {@code p}.
 *
 * <p><b>Source.</b> Robbins (1970); Howard et al. (2021), section 3.2.
 *
 * @param r how narrow the law of shares is around {@code p}, in units of {@code V}
 * @param g the step down, above 0
 * @param h the step up, above 0
 * @param oneSided whether only many events count
 */
public record BetaBinomialMixture(double r, double g, double h, boolean oneSided) implements MixtureBoundary {
    public BetaBinomialMixture {
        MixtureBoundary.checkScale(r);
        MixtureBoundary.checkScale(g);
        MixtureBoundary.checkScale(h);
    }

    /** Nearly lowest at {@code varianceBest}, for a two-sided chance of error of {@code alphaBest}. */
    public static BetaBinomialMixture twoSided(double varianceBest, double alphaBest, double g, double h) {
        return new BetaBinomialMixture(
                narrowness(NormalMixture.rhoTwoSided(varianceBest, alphaBest), g * h), g, h, false);
    }

    /** Nearly lowest at {@code varianceBest}, for a one-sided chance of error of {@code alphaBest}, below one half. */
    public static BetaBinomialMixture oneSided(double varianceBest, double alphaBest, double g, double h) {
        return new BetaBinomialMixture(
                narrowness(NormalMixture.rhoOneSided(varianceBest, alphaBest), g * h), g, h, true);
    }

    /** For the share of events {@code p}, two-sided and best at {@code unitsBest}; a unit's variance is {@code p(1-p)}. */
    static BetaBinomialMixture ofShare(double p, double unitsBest, double alphaBest) {
        return twoSided(p * (1 - p) * unitsBest, alphaBest, p, 1 - p);
    }

    private static double narrowness(double rho, double gh) {
        return Math.max(rho - gh, 1e-3 * gh);
    }

    @Override
    public double sumMax(double variance) {
        return variance / g;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the sum is more than events alone or less than others alone could make it
     */
    @Override
    public double logValue(double sum, double variance) {
        double events = (variance + h * sum) / (h * (g + h));
        double others = (variance - g * sum) / (g * (g + h));
        double rounding = -1e-9 * (events + others);
        if (!(events >= rounding && others >= rounding)) {
            throw new IllegalArgumentException("with a variance of " + variance + " a sum lies between " + -variance / h
                    + " and " + variance / g + ", got " + sum);
        }
        return logValueOfCounts(Math.max(0, events), Math.max(0, others));
    }

    /** The same from counts, which need not be whole. */
    double logValueOfCounts(double events, double others) {
        double otherPrior = r / (g * (g + h));
        double eventPrior = r / (h * (g + h));
        return logIntegral(otherPrior + others, eventPrior + events) - logIntegral(otherPrior, eventPrior);
    }

    /** {@code ln( B_x(a,b) / ((1-p)^a p^b) )}. */
    private double logIntegral(double a, double b) {
        double p = g / (g + h);
        double q = h / (g + h);
        return oneSided
                ? SpecialFunctions.logScaledIncompleteBeta(a, b, q, p)
                : SpecialFunctions.logScaledBeta(a, b, q, p);
    }
}
