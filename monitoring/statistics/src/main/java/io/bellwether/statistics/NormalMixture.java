package io.bellwether.statistics;

/**
 * The mixture of {@code exp(x S - x^2 V/2)} over {@code x} normal with mean 0 and variance {@code 1/rho} (two-sided), or
 * over its positive half (one-sided):
 * <pre>
 *  two-sided  ln M = ln( rho/(V+rho) )/2 + S^2/(2(V+rho))
 *  one-sided  ln M = ln( 4 rho/(V+rho) )/2 + S^2/(2(V+rho)) + ln Phi( S/sqrt(V+rho) )
 *  two-sided bound  sqrt( (V+rho) ( ln(1 + V/rho) + 2 ln(1/alpha) ) )</pre>
 *
 * <p><b>Hypothesis.</b> {@code exp(x S - x^2 V/2)} is a supermartingale for all {@code x}, or for all {@code x >= 0}:
 * for instance {@code V} counts independent values of a spread of at most 2 around a mean of zero, or at most zero. The
 * one-sided mixture rises with {@code S} and far below zero falls like {@code 1/|S|}.
 *
 * <p><b>Source.</b> Robbins (1970); Howard et al. (2021), section 3.2.
 *
 * @param rho the inverse variance of the mixing law, in units of {@code V}; about an eighth of the {@code V} that matters
 * @param oneSided whether only large positive sums count
 */
public record NormalMixture(double rho, boolean oneSided) implements MixtureBoundary {
    public NormalMixture {
        MixtureBoundary.checkScale(rho);
    }

    /** Nearly lowest at {@code varianceBest}, for a two-sided chance of error of {@code alphaBest}. */
    public static NormalMixture twoSided(double varianceBest, double alphaBest) {
        return new NormalMixture(rhoTwoSided(varianceBest, alphaBest), false);
    }

    /** Nearly lowest at {@code varianceBest}, for a one-sided chance of error of {@code alphaBest}, below one half. */
    public static NormalMixture oneSided(double varianceBest, double alphaBest) {
        return new NormalMixture(rhoOneSided(varianceBest, alphaBest), true);
    }

    /** {@code v / ( 2 ln(1/a) + ln(1 + 2 ln(1/a)) )}. */
    static double rhoTwoSided(double varianceBest, double alphaBest) {
        MixtureBoundary.checkVariance(varianceBest);
        MixtureBoundary.checkLevel(alphaBest);
        double twice = -2 * Math.log(alphaBest);
        return varianceBest / (twice + Math.log1p(twice));
    }

    static double rhoOneSided(double varianceBest, double alphaBest) {
        return rhoTwoSided(varianceBest, 2 * alphaBest);
    }

    @Override
    public double logValue(double sum, double variance) {
        double all = variance + rho;
        double z = sum / Math.sqrt(all);
        double shrunk = -0.5 * Math.log1p(variance / rho);
        return oneSided ? shrunk + Math.log(2) + SpecialFunctions.logScaledNormal(z) : shrunk + z * z / 2;
    }

    @Override
    public double bound(double variance, double alpha) {
        if (oneSided) {
            return MixtureBoundary.super.bound(variance, alpha);
        }
        MixtureBoundary.checkLevel(alpha);
        MixtureBoundary.checkVariance(variance);
        return Math.sqrt((variance + rho) * (Math.log1p(variance / rho) - 2 * Math.log(alpha)));
    }
}
