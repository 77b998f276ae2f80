package io.bellwether.statistics;

/**
 * Evidence from a sum and its variance process, and the boundary that the sum stays under.
 *
 * <p>Let {@code S} be a sum of deviations from the hypothesis and {@code V} a growing measure of its variance such that
 * {@code exp(x S - psi(x) V)} is a supermartingale that starts at one, for every {@code x} of a range. Then its mean over a
 * fixed law of {@code x}, the <em>mixture</em>, is one too, whatever {@code S} and {@code V} depend on. Which {@code psi}:
 * <pre>
 *  normal             psi(x) = x^2/2                                  symmetric or sub-Gaussian deviations
 *  gamma-exponential  psi(x) = (-ln(1 - c x) - c x)/c^2               heavy to the right, scale c; empirical variance
 *  gamma-Poisson      psi(x) = (e^(c x) - c x - 1)/c^2                steps up of at most c
 *  beta-binomial      psi(x) = ln((g e^(h x) + h e^(-g x))/(g+h))/gh  deviations between -g and h</pre>
 *
 * <p>By Ville's inequality {@code logValue(S, V)} ever reaches {@code ln(1/alpha)} with probability at most
 * {@code alpha}, and {@code S} ever reaches {@code bound(V, alpha)} with no more. A mixture is tuned to one
 * {@code V} at which its boundary is nearly the lowest possible; it holds at all others.
 *
 * <p><b>Cost.</b> A value takes 0.1 to 1 us whatever its arguments, a bound 5 to 40 us.
 *
 * <p><b>Source.</b> S. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic
 * confidence sequences" (2021), sections 3 and 5, and "Time-uniform Chernoff bounds via nonnegative supermartingales" (2020).
 */
public sealed interface MixtureBoundary
        permits NormalMixture, GammaExponentialMixture, GammaPoissonMixture, BetaBinomialMixture {
    /** From the least positive double to the greatest. */
    int DOUBLINGS_MAX = 2_100;

    /**
     * The natural logarithm of the mixture.
     *
     * @param sum the sum of deviations, positive in the direction of the alternative
     * @param variance the variance process, at least 0
     */
    double logValue(double sum, double variance);

    /** The greatest sum that the variance process allows. */
    default double sumMax(double variance) {
        return Double.POSITIVE_INFINITY;
    }

    /**
     * The sum at which the mixture reaches {@code 1/alpha}; the greatest possible sum if even that does not reach it.
     *
     * @param variance the variance process, above 0
     * @param alpha chance that the sum ever reaches the bound, between 0 and 1
     */
    default double bound(double variance, double alpha) {
        checkLevel(alpha);
        checkVariance(variance);
        double level = -Math.log(alpha);
        double above = Math.min(variance, sumMax(variance));
        for (int i = 0; i < DOUBLINGS_MAX && logValue(above, variance) < level; i++) {
            if (above == sumMax(variance)) {
                return above;
            }
            above = Math.min(2 * above, sumMax(variance));
        }
        double below = 0;
        for (int i = 0; i < 60; i++) {
            double middle = (below + above) / 2;
            if (logValue(middle, variance) < level) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return above;
    }

    static void checkLevel(double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("a chance of error lies between 0 and 1, got " + alpha);
        }
    }

    static void checkVariance(double variance) {
        if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a variance is above 0 and finite, got " + variance);
        }
    }

    static void checkScale(double scale) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a scale is above 0 and finite, got " + scale);
        }
    }
}
