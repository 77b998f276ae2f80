package io.bellwether.statistics;

/**
 * A confidence sequence for the difference of two means, or for their relative difference, from means and variances
 * alone. With {@code N = n0 + n1}, the estimate's standard error {@code SE}, {@code s2 = N SE^2} and a tuning {@code rho},
 * <pre>  two-sided  sqrt(s2) sqrt( 2 (N rho^2 + 1)/(N rho)^2 ln( sqrt(N rho^2 + 1)/alpha ) )
 *  one-sided  sqrt(s2) sqrt( 2 (N rho^2 + 1)/(N rho)^2 ln( 1 + sqrt(N rho^2 + 1)/(2 alpha) ) )
 *  rho(a) = sqrt( (-2 ln a + ln(1 - 2 ln a)) / N* ),   a = alpha two-sided, 2 alpha one-sided</pre>
 * {@code N*} is the number of units at which the sequence is as narrow as it can be; at a tenth of it, it is 27 % wider
 * than the best choice for that size, at a hundredth three times as wide, at ten times of it 7 % wider. The width falls
 * like {@code sqrt(ln N / N)}.
 *
 * <p><b>What it promises.</b> With probability {@code 1 - alpha}, in the limit of many units, the truth stays within at
 * all times. The limit needs a finite variance and many units; how many, the tail decides, and nothing here can tell. So a
 * heavy tail is judged by {@link CostEvidence} and <em>shown</em> by this, and below {@link #UNITS_MIN} units in an arm
 * nothing is stated.
 *
 * <p><b>Relative</b> differences {@code (m1 - m0)/m0} have {@code SE^2 = v1/(n1 m0^2) + v0 m1^2/(n0 m0^4)} by the delta
 * method. Both arms' sizes may depend on time, not on the values.
 *
 * <p><b>Source.</b> Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic
 * confidence sequences" (2024), as GrowthBook applies it. Immutable. <b>Cost.</b> A few operations.
 */
public final class AsymptoticSequence {
    /** Fewest units in each arm. */
    public static final long UNITS_MIN = 1_000;

    private final double alpha;
    private final double unitsExpected;
    private final long unitsMin;

    /**
     * An estimate and the bounds within which the truth lies; without enough units from minus to plus infinity.
     *
     * @param estimate the difference of the means, candidate minus control; NaN without units
     * @param lower nothing below is plausible; minus infinity where there is no such bound
     * @param upper nothing above is plausible; infinity where there is no such bound
     */
    public record Bounds(double estimate, double lower, double upper) {}

    /**
     * @param alpha chance that the truth ever leaves the bounds, between 0 and 1/2
     * @param unitsExpected units of both arms at which a decision is expected, {@code N*}, at least 1
     */
    public AsymptoticSequence(double alpha, double unitsExpected) {
        this(alpha, unitsExpected, UNITS_MIN);
    }

    /** With another least number of units, to compare with published values. */
    AsymptoticSequence(double alpha, double unitsExpected, long unitsMin) {
        if (!(alpha > 0 && alpha < 0.5 && unitsExpected >= 1)) {
            throw new IllegalArgumentException("a sequence needs alpha between 0 and 1/2 and at least one unit, got "
                    + alpha + " and " + unitsExpected);
        }
        this.alpha = alpha;
        this.unitsExpected = unitsExpected;
        this.unitsMin = unitsMin;
    }

    /** Both bounds on the candidate's mean minus the control's. */
    public Bounds difference(Moments control, Moments candidate) {
        return bounds(control, candidate, false, Side.BOTH);
    }

    /** Both bounds on the relative difference; none if the control's mean is zero. */
    public Bounds relativeDifference(Moments control, Moments candidate) {
        return bounds(control, candidate, true, Side.BOTH);
    }

    /** The least plausible difference: above a margin, it is harm at level alpha. */
    public Bounds atLeast(Moments control, Moments candidate) {
        return bounds(control, candidate, false, Side.LOWER);
    }

    /** The least plausible relative difference. */
    public Bounds relativeAtLeast(Moments control, Moments candidate) {
        return bounds(control, candidate, true, Side.LOWER);
    }

    /** The greatest plausible difference: below a margin, it is safety at level alpha. */
    public Bounds atMost(Moments control, Moments candidate) {
        return bounds(control, candidate, false, Side.UPPER);
    }

    /** The greatest plausible relative difference. */
    public Bounds relativeAtMost(Moments control, Moments candidate) {
        return bounds(control, candidate, true, Side.UPPER);
    }

    /**
     * Half the width of the two-sided sequence.
     *
     * @param variance {@code s2}, the variance of the estimate times the units
     * @param units {@code N}
     */
    double twoSidedHalfWidth(double variance, double units) {
        double rho2 = rho2(alpha);
        return width(variance, units, rho2, Math.log(Math.sqrt(units * rho2 + 1) / alpha));
    }

    /** The distance of the one-sided bound from the estimate. */
    double oneSidedHalfWidth(double variance, double units) {
        double rho2 = rho2(2 * alpha);
        return width(variance, units, rho2, Math.log1p(Math.sqrt(units * rho2 + 1) / (2 * alpha)));
    }

    private enum Side {
        BOTH,
        LOWER,
        UPPER
    }

    private Bounds bounds(Moments control, Moments candidate, boolean relative, Side side) {
        if (control.count() == 0 || candidate.count() == 0) {
            return new Bounds(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double m0 = control.mean();
        double ratio = candidate.mean() / m0;
        double estimate = relative ? ratio - 1 : candidate.mean() - m0;
        double squaredError = candidate.squaredError() + control.squaredError() * (relative ? ratio * ratio : 1);
        double units = (double) control.count() + candidate.count();
        double variance = squaredError * units / (relative ? m0 * m0 : 1);
        boolean enough = Math.min(control.count(), candidate.count()) >= unitsMin;
        if (!enough || !(Math.abs(estimate) < Double.POSITIVE_INFINITY && variance < Double.POSITIVE_INFINITY)) {
            return new Bounds(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double half = side == Side.BOTH ? twoSidedHalfWidth(variance, units) : oneSidedHalfWidth(variance, units);
        return new Bounds(
                estimate,
                side == Side.UPPER ? Double.NEGATIVE_INFINITY : estimate - half,
                side == Side.LOWER ? Double.POSITIVE_INFINITY : estimate + half);
    }

    private double rho2(double level) {
        return (-2 * Math.log(level) + Math.log1p(-2 * Math.log(level))) / unitsExpected;
    }

    private static double width(double variance, double units, double rho2, double logTerm) {
        return Math.sqrt(variance * 2 * (units * rho2 + 1) / (units * units * rho2) * logTerm);
    }
}
