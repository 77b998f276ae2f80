package io.bellwether.batching.simulation;

import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * How long runs really take, whatever the policy believes.
 *
 * @param meanNanos of a run of so many cells (items times padded length)
 * @param sigmaShare standard deviation about it, as a share of it; normal and independent
 * @param multiples in the place of that, if there are at least {@value #MULTIPLES_MIN}: runs as multiples of their mean, played
 *     in their order over and over, see {@link LatencyModel#noise}
 * @param slowShare of the runs, those that take {@code slowTimes} as long
 */
public record RunTime(
        LongToDoubleFunction meanNanos, double sigmaShare, List<Float> multiples, double slowShare, double slowTimes) {
    static final int MULTIPLES_MIN = 64;
    private static final double MULTIPLE_LEAST = 0.1;

    public RunTime {
        multiples = List.copyOf(multiples);
    }

    /** Along a line with normal noise. */
    public static RunTime of(LatencyFit fit) {
        return new RunTime(fit::meanNanos, fit.sigmaShare(), List.of(), 0, 1);
    }

    /** The same with some runs much longer. */
    public RunTime slow(double share, double times) {
        return new RunTime(meanNanos, sigmaShare, multiples, share, times);
    }

    /** The same with the noise of these runs. */
    public RunTime like(List<Float> recentMultiples) {
        return new RunTime(meanNanos, sigmaShare, recentMultiples, slowShare, slowTimes);
    }

    /** Runs one after the other. */
    Runs from(long seed) {
        return new Runs(seed);
    }

    final class Runs {
        private final Draws draws;
        private int next;

        private Runs(long seed) {
            draws = new Draws(seed);
            next = Math.floorMod((int) seed, Math.max(1, multiples.size()));
        }

        /** How long the next takes by itself on a processor of its own, at least 1. */
        long nanos(long cells) {
            double slow = slowShare > 0 && draws.uniform() < slowShare ? slowTimes : 1;
            return Math.max(1, Math.round(meanNanos.applyAsDouble(cells) * multiple() * slow));
        }

        private double multiple() {
            if (multiples.size() < MULTIPLES_MIN) {
                return sigmaShare == 0 ? 1 : Math.max(MULTIPLE_LEAST, 1 + sigmaShare * draws.normal());
            }
            next = (next + 1) % multiples.size();
            return multiples.get(next);
        }
    }
}
