package io.bellwether.statistics;

/**
 * How far the empirical distribution function may lie from the true one, at all values and all times together:
 * with probability {@code 1 - alpha}, for every {@code t >= m} values seen,
 * <pre>  sup_x | F_t(x) - F(x) |  is at most  g(t) = 0.85 sqrt( ( ln(1 + ln(t/m)) + C(alpha) ) / t )</pre>
 *
 * <p>{@code C} solves {@code min_eta 4 e^(-c C) ( 1 + 1/((c-1) ln eta) ) = alpha} with
 * {@code c = (2/eta) (0.85 - sqrt(2(eta-1)/C))^2} above 1, over ratios {@code eta} of epochs: 8.1227 at 5 %, 9.2835 at 1 %.
 *
 * <p><b>Hypothesis.</b> Values are independent with one law. <b>Regimes.</b> Nothing is known below {@code m} values; the
 * width is the same for all quantiles, which is weak in the tails (see {@link DoubleStitchedBoundary}). On buckets the
 * empirical function is exact at the bounds of buckets, so nothing is lost but resolution.
 *
 * <p><b>Source.</b> S. Howard and A. Ramdas, "Sequential estimation of quantiles with applications to A/B testing and
 * best-arm identification" (2022), theorem 2. Immutable.
 */
public final class DistributionBand {
    private static final double LEADING = 0.85;

    private final long countMin;
    private final double constant;

    /**
     * @param alpha chance that the true function ever leaves the band, from 1e-12 to below 1
     * @param countMin {@code m}, at least 1, fixed before the first value is seen
     */
    public DistributionBand(double alpha, long countMin) {
        if (!(alpha >= 1e-12 && alpha < 1) || countMin < 1) {
            throw new IllegalArgumentException(
                    "a band needs alpha between 1e-12 and 1 and at least one value, got " + alpha + " and " + countMin);
        }
        this.countMin = countMin;
        this.constant = constant(alpha);
    }

    /** {@code g(t)}; infinite below the least count. */
    public double halfWidth(long count) {
        if (count < countMin) {
            return Double.POSITIVE_INFINITY;
        }
        return LEADING * Math.sqrt((Math.log1p(Math.log((double) count / countMin)) + constant) / count);
    }

    /**
     * Where a quantile lies; holds for all quantiles together.
     *
     * @param q the quantile, between 0 and 1
     */
    public QuantileInterval quantile(LogHistogram values, double q) {
        MixtureBoundary.checkLevel(q);
        double width = halfWidth(values.total());
        return QuantileInterval.between(values, values.total() * (q - width), values.total() * (q + width));
    }

    /** {@code C(alpha)}. */
    double constant() {
        return constant;
    }

    private static double constant(double alpha) {
        double below = 1;
        double above = 1_000;
        for (int i = 0; i < 60; i++) {
            double middle = (below + above) / 2;
            if (leastError(middle) > alpha) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return above;
    }

    /** Over all ratios of epochs, by golden sections; the error falls, rises again and is infinite for the greatest. */
    private static double leastError(double constant) {
        double golden = (Math.sqrt(5) - 1) / 2;
        double below = 1;
        double above = 2 * LEADING * LEADING;
        for (int i = 0; i < 100; i++) {
            double lower = above - golden * (above - below);
            double upper = below + golden * (above - below);
            if (error(constant, lower) <= error(constant, upper)) {
                above = upper;
            } else {
                below = lower;
            }
        }
        return error(constant, (below + above) / 2);
    }

    private static double error(double constant, double ratio) {
        double root = LEADING - Math.sqrt(2 * (ratio - 1) / constant);
        double exponent = 2 / ratio * root * root;
        if (root <= 0 || exponent <= 1) {
            return Double.POSITIVE_INFINITY;
        }
        return 4 * Math.exp(-exponent * constant) * (1 + 1 / ((exponent - 1) * Math.log(ratio)));
    }
}
