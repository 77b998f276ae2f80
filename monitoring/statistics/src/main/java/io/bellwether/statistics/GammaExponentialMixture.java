package io.bellwether.statistics;

/**
 * The one-sided mixture for sums with an exponential right tail of scale {@code c}, {@code psi(x) = (-ln(1-cx) - cx)/c^2} on
 * {@code 0 <= x < 1/c}. With {@code k = rho/c^2}, {@code A = (V+rho)/c^2}, {@code X = (c S + V + rho)/c^2} and the lower
 * incomplete gamma function {@code G(a,x)}:
 * <pre>  M = [ G(A,X) / (X^A e^-X) ] / [ G(k,k) / (k^k e^-k) ]</pre>
 *
 * <p><b>Hypothesis.</b> For instance: {@code V} exponential values of mean one, less one each ({@code c = 1}); or, with
 * {@code c = 1}, values of a range of one with mean at most {@code mu}, {@code S = sum (x_i - mu)} and
 * {@code V = sum (x_i - m_(i-1))^2} around predictions {@code m_(i-1)} from the past: the empirical Bernstein bound.
 *
 * <p><b>Below the edge.</b> Sums below {@code -(V+rho)/c} lie where {@code X < 0}; there the integral is replaced by its
 * lower bound {@code 1/(A - X)}. A lower bound of evidence is evidence; it is less than one anyway.
 *
 * <p><b>Source.</b> Howard et al. (2021), section 3.2 and theorem 4.
 *
 * @param rho the shape of the mixing law, in units of {@code V}
 * @param scale {@code c}, in units of {@code S}
 */
public record GammaExponentialMixture(double rho, double scale) implements MixtureBoundary {
    public GammaExponentialMixture {
        MixtureBoundary.checkScale(rho);
        MixtureBoundary.checkScale(scale);
    }

    /** Nearly lowest at {@code varianceBest}, for a chance of error of {@code alphaBest}, below one half. */
    public static GammaExponentialMixture of(double varianceBest, double alphaBest, double scale) {
        return new GammaExponentialMixture(NormalMixture.rhoOneSided(varianceBest, alphaBest), scale);
    }

    @Override
    public double logValue(double sum, double variance) {
        double start = rho / (scale * scale);
        double shape = (variance + rho) / (scale * scale);
        double edge = shape + sum / scale;
        double integral = edge > 0 ? SpecialFunctions.logScaledLowerGamma(shape, edge) : -Math.log(shape - edge);
        return integral - SpecialFunctions.logScaledLowerGamma(start, start);
    }
}
