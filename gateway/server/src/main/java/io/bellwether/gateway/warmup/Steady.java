package io.bellwether.gateway.warmup;

/**
 * Tells when rounds of equal work have stopped becoming faster: when two rounds in a row are not faster than the best one
 * before them by more than a tenth. A pure fold; slow outliers only make it wait.
 */
final class Steady {
    private static final double FASTER = 0.9;
    private static final int ROUNDS_WITHOUT_GAIN = 2;

    private long bestNanos = Long.MAX_VALUE;
    private int withoutGain;

    /** @return whether the work is steady after this round */
    boolean onRound(long nanos) {
        withoutGain = nanos < bestNanos * FASTER ? 0 : withoutGain + 1;
        bestNanos = Math.min(bestNanos, nanos);
        return withoutGain >= ROUNDS_WITHOUT_GAIN;
    }
}
