package io.bellwether.benchmark.report;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * The exact 95 % confidence interval for a share (Clopper and Pearson, 1934).
 *
 * @param lower bound
 * @param upper bound
 */
public record ExactInterval(double lower, double upper) {
    private static final double TAIL = 0.025;

    /**
     * @param events at least 0
     * @param count at least {@code events}; 0 gives the whole range
     */
    public static ExactInterval of(int events, int count) {
        if (events < 0 || events > count) {
            throw new IllegalArgumentException("events lie between 0 and the count, got " + events + " of " + count);
        }
        double lower = events == 0
                ? 0
                : BetaDistribution.of(events, count - events + 1.0).inverseCumulativeProbability(TAIL);
        double upper = events == count
                ? 1
                : BetaDistribution.of(events + 1.0, (double) count - events).inverseSurvivalProbability(TAIL);
        return new ExactInterval(lower, upper);
    }
}
