package io.bellwether.benchmark.trace;

import java.util.SplittableRandom;

/** Numbers by chance. */
final class Draw {
    private static final double POISSON_EXACT_MAX = 200;

    private Draw() {}

    /** A Poisson number; above a mean of 200 by the rounded normal law. */
    static int poisson(SplittableRandom random, double mean) {
        if (mean > POISSON_EXACT_MAX) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int n = 0;
        while (product > limit) {
            product *= random.nextDouble();
            n++;
        }
        return n;
    }
}
