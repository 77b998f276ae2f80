package io.bellwether.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/** What a simulation may say about an error rate. */
final class BinomialBound {
    private static final double DOUBT = 1e-3;

    private BinomialBound() {}

    /**
     * The most runs of {@code runs} that may err at a rate of {@code level}: more happen with a chance of at most one in
     * a thousand, by the binomial law itself.
     */
    static int most(int runs, double level) {
        return BinomialDistribution.of(runs, level).inverseSurvivalProbability(DOUBT);
    }

    /** The fewest runs of {@code runs} that must succeed at a rate of {@code level}; fewer happen as rarely. */
    static int least(int runs, double level) {
        return BinomialDistribution.of(runs, level).inverseCumulativeProbability(DOUBT);
    }
}
