package io.bellwether.statistics;

/**
 * The standard normal law. Within 5 of the middle by the series {@code 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...)}, beyond
 * by the continued fraction of Mills' ratio, {@code phi(x) / (x + 1/(x + 2/(x + 3/(x + ...))))}; relative errors of the
 * smaller tail below 1e-10, and the logarithm never underflows.
 *
 * <p><b>Source.</b> Marsaglia, "Evaluating the normal distribution" (2004).
 */
final class NormalDistribution {
    private static final double SERIES_TO = 5;
    private static final double TAIL_FROM = -3;
    private static final int FRACTION_DEPTH = 80;
    private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private NormalDistribution() {}

    /** The probability of a value of at most {@code x}. */
    static double cdf(double x) {
        if (x < TAIL_FROM) {
            return Math.exp(logCdf(x));
        }
        return x > SERIES_TO ? 1 - cdf(-x) : 0.5 + series(x);
    }

    /** The natural logarithm of {@link #cdf}. */
    static double logCdf(double x) {
        if (x >= TAIL_FROM) {
            return Math.log(cdf(x));
        }
        double fraction = -x;
        for (int i = FRACTION_DEPTH; i > 0; i--) {
            fraction = i / fraction - x;
        }
        return -0.5 * x * x - HALF_LN_TWO_PI - Math.log(fraction);
    }

    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int i = 3; i < 400 && sum + term != sum; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return sum * Math.exp(-0.5 * x * x - HALF_LN_TWO_PI);
    }
}
