package io.bellwether.benchmark.judge;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The interval for a shift between two samples by which Kayenta judges: the rank sum test in its normal approximation,
 * with corrections for ties and continuity, inverted. With {@code U(d)} of {@code x - d} against {@code y},
 * <pre>  W(d) = (U(d) - mn/2 - sign(U(d) - mn/2)/2) / sigma,
 *  sigma^2 = mn/12 (m + n + 1 - sum(t^3 - t)/((m + n)(m + n - 1)))</pre>
 * the bounds are where {@code W} is the upper and the lower normal quantile, the estimate where it is 0, between the least
 * and the greatest difference; where {@code W} does not get there, the bound is that difference.
 *
 * <p><b>As there</b>, the root is found to an absolute 1e-4, whatever the unit of the values: a metric whose differences
 * are smaller than that has no interval to speak of. <b>Different:</b> the root is found by halving, not by Brent's method,
 * so it may lie elsewhere within the tolerance, or on the stretch where the statistic is exactly 0.
 *
 * <p><b>Source.</b> Hollander and Wolfe (1973); R's {@code wilcox.test} with {@code conf.int}; spinnaker/kayenta,
 * {@code MannWhitney}. <b>Cost.</b> Some 40 rankings.
 */
final class MannWhitney {
    /** The root's absolute tolerance. */
    static final double TOLERANCE = 1e-4;

    private MannWhitney() {}

    /**
     * @param lower bound of the shift, experiment minus control
     * @param upper bound of the shift
     * @param estimate Hodges and Lehmann's, of the shift
     */
    record Interval(double lower, double upper, double estimate) {}

    /**
     * @param experiment values, at least one
     * @param control values, at least one
     * @param confidence level of the interval, between 0 and 1
     * @throws ArithmeticException if all values are tied
     */
    static Interval interval(double[] experiment, double[] control, double confidence) {
        double least = min(experiment) - max(control);
        double most = max(experiment) - min(control);
        double quantile = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
        return new Interval(
                root(d -> statistic(experiment, control, d) - quantile, least, most),
                root(d -> statistic(experiment, control, d) + quantile, least, most),
                solve(d -> statistic(experiment, control, d), least, most));
    }

    private static double root(DoubleUnaryOperator f, double least, double most) {
        if (f.applyAsDouble(least) <= 0) {
            return least;
        }
        return f.applyAsDouble(most) >= 0 ? most : solve(f, least, most);
    }

    /** The test statistic after the shift is taken from the experiment. */
    static double statistic(double[] experiment, double[] control, double shift) {
        int m = experiment.length;
        int n = control.length;
        double[] x = new double[m];
        for (int i = 0; i < m; i++) {
            x[i] = experiment[i] - shift;
        }
        double[] y = control.clone();
        Arrays.sort(x);
        Arrays.sort(y);
        double u = 0;
        double ties = 0;
        int i = 0;
        int j = 0;
        while (i < m || j < n) {
            double value = j == n || (i < m && x[i] <= y[j]) ? x[i] : y[j];
            int below = j;
            int ofX = i;
            while (i < m && x[i] == value) {
                i++;
            }
            while (j < n && y[j] == value) {
                j++;
            }
            double fromX = i - ofX;
            double fromY = j - below;
            u += fromX * (below + fromY / 2);
            double tied = fromX + fromY;
            ties += tied * tied * tied - tied;
        }
        double centred = u - m * (double) n / 2;
        double all = m + (double) n;
        double variance = m * (double) n / 12 * (all + 1 - ties / (all * (all - 1)));
        if (!(variance > 0)) {
            throw new ArithmeticException("no interval exists where all values are tied");
        }
        return (centred - Math.signum(centred) / 2) / Math.sqrt(variance);
    }

    /** The zero of a falling function by halving; of the last two ends, the one whose value is nearer to zero. */
    private static double solve(DoubleUnaryOperator f, double least, double most) {
        double low = least;
        double high = most;
        while (high - low > TOLERANCE) {
            double middle = (low + high) / 2;
            double value = f.applyAsDouble(middle);
            if (value == 0) {
                return middle;
            }
            if (value > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.abs(f.applyAsDouble(low)) < Math.abs(f.applyAsDouble(high)) ? low : high;
    }

    private static double min(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }
}
