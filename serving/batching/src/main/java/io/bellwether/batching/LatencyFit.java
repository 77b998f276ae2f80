package io.bellwether.batching;

/**
 * What a model version's runs were found to take: {@code alpha + beta * cells}, cells being items times padded length.
 *
 * @param alphaNanos what a run takes whatever its size, 0 or more
 * @param betaNanos what each cell adds, 0 or more
 * @param sigmaShare standard deviation of a run about the line, as a share of what the line says
 * @param runs how many runs speak for the fit; those that are forgotten and those of the warm-up count for less than one
 * @param alphaVariance variance of alpha, in square nanoseconds
 * @param betaVariance variance of beta
 * @param covariance of the two
 */
public record LatencyFit(
        double alphaNanos,
        double betaNanos,
        double sigmaShare,
        double runs,
        double alphaVariance,
        double betaVariance,
        double covariance) {

    /** Nothing known. */
    public static final LatencyFit UNKNOWN = new LatencyFit(0, 0, 0, 0, 0, 0, 0);

    /** A line that is certain, for what-if questions and tests. */
    public static LatencyFit exact(double alphaNanos, double betaNanos, double sigmaShare) {
        return new LatencyFit(alphaNanos, betaNanos, sigmaShare, Double.POSITIVE_INFINITY, 0, 0, 0);
    }

    /** The mean time of a run of so many cells. */
    public double meanNanos(long cells) {
        return alphaNanos + betaNanos * cells;
    }

    /** Standard error of {@link #meanNanos}: how far the line itself may be off there. */
    public double standardErrorNanos(long cells) {
        double x = (double) cells;
        return Math.sqrt(Math.max(0, alphaVariance + 2 * x * covariance + x * x * betaVariance));
    }
}
