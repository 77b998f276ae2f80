package io.bellwether.loadtests;

import java.util.SplittableRandom;

/**
 * The moments at which requests are due, as offsets from the start. They follow from the seed alone, so two runs with one
 * seed ask for the same thing at the same moments.
 */
final class Arrivals {
    private static final double NANOS_PER_SECOND = 1e9;

    /** How the time between two requests is drawn. */
    enum Pattern {
        /** Independent exponential gaps, as from many independent users. */
        POISSON,
        /** Equal gaps. */
        UNIFORM
    }

    private final Pattern pattern;
    private final double gapNanosMean;
    private final SplittableRandom random;
    private double offsetNanos;

    /** @param requestsPerSecond mean rate, more than 0 */
    Arrivals(Pattern pattern, double requestsPerSecond, long seed) {
        if (!(requestsPerSecond > 0)) {
            throw new IllegalArgumentException("requestsPerSecond must be more than 0, is " + requestsPerSecond);
        }
        this.pattern = pattern;
        this.gapNanosMean = NANOS_PER_SECOND / requestsPerSecond;
        this.random = new SplittableRandom(seed);
    }

    /** The next offset; never less than the one before. */
    long nextOffsetNanos() {
        double gaps =
                switch (pattern) {
                    case UNIFORM -> 1;
                    case POISSON -> -Math.log1p(-random.nextDouble());
                };
        offsetNanos += gaps * gapNanosMean;
        return (long) offsetNanos;
    }
}
