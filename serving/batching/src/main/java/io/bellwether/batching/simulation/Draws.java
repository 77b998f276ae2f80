package io.bellwether.batching.simulation;

/** A stream of numbers that follows from its seed alone (SplitMix64, Steele, Lea and Flood, OOPSLA 2014). */
final class Draws {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    Draws(long seed) {
        this.state = seed;
    }

    /** Uniform from 0 to below 1. */
    double uniform() {
        state += GOLDEN_GAMMA;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return ((mixed ^ (mixed >>> 31)) >>> 11) * 0x1.0p-53;
    }

    /** Exponential with mean 1. */
    double exponential() {
        return -Math.log1p(-uniform());
    }

    /** Normal with mean 0 and variance 1 (Box and Muller, 1958). */
    double normal() {
        return Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * uniform());
    }
}
