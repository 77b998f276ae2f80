package io.bellwether.benchmark.judge;

import io.bellwether.statistics.Moments;

/**
 * The least plausible difference of two means by an asymptotic confidence sequence, one-sided:
 * {@code estimate - sqrt(s2 2 (N rho^2 + 1)/(N rho)^2 ln(1 + sqrt(N rho^2 + 1)/(2 alpha)))} with {@code N} units in all,
 * {@code s2 = SE^2 N} and {@code rho^2 = (-2 ln 2alpha + ln(1 - 2 ln 2alpha))/N*}. Without two units in an arm, or without
 * any spread, there is no bound.
 *
 * <p><b>Source.</b> Waudby-Smith et al. (2024), "Time-uniform central limit theory and asymptotic confidence sequences";
 * growthbook/growthbook, {@code gbstats}. Unlike {@code AsymptoticSequence} of the statistics, it states something from the
 * second unit on, as there.
 */
final class SequentialBound {
    private final double alpha;
    private final double unitsExpected;

    SequentialBound(double alpha, double unitsExpected) {
        this.alpha = alpha;
        this.unitsExpected = unitsExpected;
    }

    /** Candidate minus control; minus infinity where there is no bound. */
    double atLeast(Moments control, Moments candidate) {
        return atLeast(
                candidate.mean() - control.mean(),
                candidate.squaredError() + control.squaredError(),
                Math.min(control.count(), candidate.count()) < 2 ? 0 : (double) control.count() + candidate.count());
    }

    /**
     * The same from an estimate.
     *
     * @param squaredError of the estimate
     * @param units of both arms together
     */
    double atLeast(double estimate, double squaredError, double units) {
        if (!(squaredError > 0) || units == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        double level = 2 * alpha;
        double rho2 = (-2 * Math.log(level) + Math.log1p(-2 * Math.log(level))) / unitsExpected;
        double spread = units * rho2 + 1;
        double half = Math.sqrt(squaredError * 2 * spread / (units * rho2) * Math.log1p(Math.sqrt(spread) / level));
        return estimate - half;
    }
}
