package io.bellwether.statistics;

/** Sums of numbers that are kept as natural logarithms, because they overflow or vanish otherwise. */
public final class LogSpace {
    private static final double LEAST_LOG = -746;

    private LogSpace() {}

    /**
     * {@code ln(sum_i exp(logWeights[i] + logValues[i]))}; minus infinity for an empty or vanishing sum. Never
     * NaN for finite weights and values that are no NaN.
     */
    public static double logWeightedSum(double[] logWeights, double[] logValues) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logValues.length; i++) {
            greatest = Math.max(greatest, logWeights[i] + logValues[i]);
        }
        if (Double.isInfinite(greatest)) {
            return greatest;
        }
        double sum = 0;
        for (int i = 0; i < logValues.length; i++) {
            double logTerm = logWeights[i] + logValues[i] - greatest;
            // An exponential of less is zero, and takes longest.
            if (logTerm > LEAST_LOG) {
                sum += Math.exp(logTerm);
            }
        }
        return greatest + Math.log(sum);
    }

    /** The logarithm of the sum of {@code exp(a)} and {@code exp(b)}. */
    public static double logSum(double a, double b) {
        double greater = Math.max(a, b);
        if (Double.isInfinite(greater)) {
            return greater;
        }
        return greater + Math.log1p(Math.exp(Math.min(a, b) - greater));
    }

    /** Adds {@code exp(logTerm)} to the number whose logarithm stands at each place. */
    static void addToEach(double[] logValues, double logTerm) {
        for (int i = 0; i < logValues.length; i++) {
            logValues[i] = logSum(logValues[i], logTerm);
        }
    }

    /** The logarithm of the mean of {@code exp(a)} and {@code exp(b)}. */
    public static double logMean(double a, double b) {
        return logSum(a, b) - Math.log(2);
    }
}
