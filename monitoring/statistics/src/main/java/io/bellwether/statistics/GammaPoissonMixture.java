package io.bellwether.statistics;

/**
 * The one-sided mixture for sums whose steps up are at most {@code c}, {@code psi(x) = (e^(cx) - cx - 1)/c^2} on
 * {@code x >= 0}. With {@code k = rho/c^2}, {@code A = (V+rho)/c^2}, {@code Y = A + S/c} and the upper incomplete gamma
 * function {@code G(a,x)}:
 * <pre>  M = [ G(Y,A) / (A^Y e^-A) ] / [ G(k,k) / (k^k e^-k) ]</pre>
 *
 * <p><b>Hypothesis.</b> For instance: {@code S = N - V} for a Poisson count {@code N} with mean at most {@code V}
 * ({@code c = 1}); or a martingale with steps of at most {@code c} and the sum of their conditional variances as {@code V}.
 *
 * <p><b>Source.</b> Howard et al. (2021), section 3.2.
 *
 * @param rho the shape of the mixing law, in units of {@code V}
 * @param scale {@code c}, in units of {@code S}
 */
public record GammaPoissonMixture(double rho, double scale) implements MixtureBoundary {
    public GammaPoissonMixture {
        MixtureBoundary.checkScale(rho);
        MixtureBoundary.checkScale(scale);
    }

    /** Nearly lowest at {@code varianceBest}, for a chance of error of {@code alphaBest}, below one half. */
    public static GammaPoissonMixture of(double varianceBest, double alphaBest, double scale) {
        return new GammaPoissonMixture(NormalMixture.rhoOneSided(varianceBest, alphaBest), scale);
    }

    @Override
    public double logValue(double sum, double variance) {
        double start = rho / (scale * scale);
        double edge = (variance + rho) / (scale * scale);
        double shape = edge + sum / scale;
        return SpecialFunctions.logScaledUpperGamma(shape, edge) - SpecialFunctions.logScaledUpperGamma(start, start);
    }
}
