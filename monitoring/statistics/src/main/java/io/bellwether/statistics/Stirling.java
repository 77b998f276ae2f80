package io.bellwether.statistics;

/**
 * The logarithm of the gamma function in two parts that do not cancel:
 * {@code ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + error(x)}. Sums and differences of huge logarithms of gamma
 * functions are worked out on paper for the first part, so only the small second part is computed.
 */
final class Stirling {
    private static final double SERIES_FROM = 16;
    private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private Stirling() {}

    /** The second part, for {@code x > 0}; about {@code 1/(12 x)}. Absolute error below 1e-14 for x above 1e-3. */
    static double error(double x) {
        if (x >= SERIES_FROM) {
            double xx = x * x;
            return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / xx) / xx) / xx) / xx) / x;
        }
        // Gamma(x) = Gamma(y) / (x (x+1) ... (y-1))
        double product = 1;
        double y = x;
        while (y < SERIES_FROM) {
            product *= y;
            y++;
        }
        return main(y) + error(y) - Math.log(product) - main(x);
    }

    private static double main(double x) {
        return (x - 0.5) * Math.log(x) - x + HALF_LN_TWO_PI;
    }
}
