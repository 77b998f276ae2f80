package io.bellwether.benchmark.trace;

import java.util.SplittableRandom;

/** A factor around 1 whose logarithm is an autoregressive series of order one, with a new value each minute. */
final class Noise {
    /** Correlation of a minute with the last one. */
    static final double CORRELATION = 0.8;

    private static final double INNOVATION = Math.sqrt(1 - CORRELATION * CORRELATION);

    private final double sd;
    private double state;

    Noise(double sd, SplittableRandom random) {
        this.sd = sd;
        this.state = random.nextGaussian();
    }

    void nextMinute(SplittableRandom random) {
        state = CORRELATION * state + INNOVATION * random.nextGaussian();
    }

    double factor() {
        return sd == 0 ? 1 : Math.exp(sd * state);
    }
}
