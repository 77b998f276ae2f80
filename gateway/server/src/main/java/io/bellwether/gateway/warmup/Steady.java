package io.bellwether.gateway.warmup;

/**
 * Tells when rounds of equal work have become steady: when two rounds in a row are not faster than the best one before them
 * by more than a tenth, and the compiler works for at most a fifth of their time. A pure fold; slow outliers only make it wait.
 */
final class Steady {
    private static final double FASTER = 0.9;
    private static final double COMPILING = 0.2;
    private static final int ROUNDS_WITHOUT_GAIN = 2;

    private long bestNanos = Long.MAX_VALUE;
    private int withoutGain;

    /**
     * @param nanos time of the round
     * @param compilerNanos time of the compiler in it, its threads together
     * @return whether the work is steady after this round
     */
    boolean onRound(long nanos, long compilerNanos) {
        boolean compiling = compilerNanos > COMPILING * nanos;
        withoutGain = compiling || nanos < bestNanos * FASTER ? 0 : withoutGain + 1;
        bestNanos = Math.min(bestNanos, nanos);
        return withoutGain >= ROUNDS_WITHOUT_GAIN;
    }
}
