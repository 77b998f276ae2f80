package io.bellwether.statistics;

/**
 * A boundary in closed form that grows like the law of the iterated logarithm, {@code sqrt(V ln ln V)}, where mixtures grow
 * like {@code sqrt(V ln V)}: higher for a long time, lower in the end. With {@code W = max(V, m)},
 * {@code k1 = (eta^(1/4) + eta^(-1/4))/sqrt(2)} and {@code k2 = (sqrt(eta) + 1)/2}:
 * <pre>
 *  l(V) = s ln ln(eta W/m) + ln( zeta(s) / (alpha ln(eta)^s) )
 *  u(V) = sqrt( k1^2 W l + (k2 c l)^2 ) + k2 c l</pre>
 *
 * <p><b>Hypothesis.</b> {@code S} is sub-gamma with scale {@code c}: {@code exp(x S - x^2 V/(2(1 - c x)))} is a
 * supermartingale for {@code 0 <= x < 1/c}. {@code c = 0} is the sub-Gaussian case, a negative {@code c} a tail lighter than
 * that. Below {@code V = m} the boundary is flat and holds as well.
 *
 * <p><b>Source.</b> Howard et al. (2021), section 3.1 and theorem 1.
 *
 * @param varianceMin {@code m}, where the boundary begins to grow
 * @param scale {@code c}, in units of {@code S}; may be 0 or negative
 * @param exponent {@code s} above 1: how the chance of error is spent over epochs, usually 1.4
 * @param ratio {@code eta} above 1: the ratio of epochs, usually 2
 */
public record StitchedBoundary(double varianceMin, double scale, double exponent, double ratio) {
    public StitchedBoundary {
        MixtureBoundary.checkVariance(varianceMin);
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("a scale is finite, got " + scale);
        }
        checkEpochs(exponent, ratio);
    }

    /** With the usual exponent 1.4 and epochs that double. */
    public StitchedBoundary(double varianceMin, double scale) {
        this(varianceMin, scale, 1.4, 2);
    }

    /** What the sum ever reaches with a chance of at most {@code alpha}. */
    public double bound(double variance, double alpha) {
        MixtureBoundary.checkLevel(alpha);
        double used = Math.max(variance, varianceMin);
        double level = exponent * Math.log(Math.log(ratio * used / varianceMin))
                + Math.log(SpecialFunctions.zeta(exponent))
                - exponent * Math.log(Math.log(ratio))
                - Math.log(alpha);
        double root = rootFactor(ratio);
        double linear = linearFactor(ratio) * scale * level;
        return Math.sqrt(root * root * used * level + linear * linear) + linear;
    }

    /** {@code k1}. */
    static double rootFactor(double ratio) {
        return (Math.pow(ratio, 0.25) + Math.pow(ratio, -0.25)) / Math.sqrt(2);
    }

    /** {@code k2}. */
    static double linearFactor(double ratio) {
        return (Math.sqrt(ratio) + 1) / 2;
    }

    static void checkEpochs(double exponent, double ratio) {
        if (!(exponent > 1 && ratio > 1 && exponent < 100 && ratio < 100)) {
            throw new IllegalArgumentException(
                    "exponent and ratio of epochs are above 1 and below 100, got " + exponent + " and " + ratio);
        }
    }
}
