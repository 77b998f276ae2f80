package io.bellwether.statistics;

/**
 * The standard normal law, by Mills' ratio {@code Phi(-z) / phi(z)}: relative errors of the smaller tail below 1e-10, and the
 * logarithm never underflows.
 *
 * <p><b>Source.</b> Marsaglia, "Evaluating the normal distribution" (2004), for the series; NIST Digital Library of
 * Mathematical Functions 7.9, for the continued fraction.
 */
final class NormalDistribution {
    private static final double FRACTION_FROM = 2;
    private static final int FRACTION_DEPTH = 120;
    private static final double PRECISION = 1e-16;
    private static final int TERMS_MAX = 200;
    private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private NormalDistribution() {}

    /** The probability of a value of at most {@code x}. */
    static double cdf(double x) {
        return x > 0 ? 1 - tail(x) : tail(-x);
    }

    /** The natural logarithm of {@link #cdf}. */
    static double logCdf(double x) {
        return x > 0 ? Math.log1p(-tail(x)) : Math.log(millsRatio(-x)) - x * x / 2 - HALF_LN_TWO_PI;
    }

    /** {@code Phi(-z) / phi(z)} for {@code z >= 0}: a series below 2, a continued fraction above. */
    static double millsRatio(double z) {
        if (z > FRACTION_FROM) {
            double fraction = z;
            for (int i = FRACTION_DEPTH; i > 0; i--) {
                fraction = z + i / fraction;
            }
            return 1 / fraction;
        }
        double sum = 0;
        double term = z;
        for (int i = 1; term > PRECISION * sum && i < TERMS_MAX; i++) {
            sum += term;
            term *= z * z / (2 * i + 1);
        }
        return 0.5 * Math.exp(z * z / 2 + HALF_LN_TWO_PI) - sum;
    }

    /** {@code Phi(-z)} for {@code z >= 0}. */
    private static double tail(double z) {
        return millsRatio(z) * Math.exp(-z * z / 2 - HALF_LN_TWO_PI);
    }
}
