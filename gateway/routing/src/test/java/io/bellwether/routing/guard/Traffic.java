package io.bellwether.routing.guard;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Requests of a gateway in virtual time: arrivals at random, each falls to the candidate with the weight's probability. */
final class Traffic {

    static final double TICK_SECONDS = 0.05;

    private final Random random;
    private final double perSecond;
    private final double weight;
    private final DoubleUnaryOperator candidateRate;
    private final DoubleUnaryOperator stableRate;
    private double nextSeconds;
    private double tickSeconds;
    /** When the candidate first failed a request at or after {@link #onsetSeconds}; negative before. */
    double firstFailureSeconds = -1;

    double onsetSeconds;
    long failedSinceOnset;

    /**
     * @param candidateRate share of its requests that fails, by the second
     * @param stableRate the same of the stable version
     */
    Traffic(
            long seed,
            double perSecond,
            double weight,
            DoubleUnaryOperator candidateRate,
            DoubleUnaryOperator stableRate) {
        this.random = new Random(seed);
        this.perSecond = perSecond;
        this.weight = weight;
        this.candidateRate = candidateRate;
        this.stableRate = stableRate;
        this.tickSeconds = random.nextDouble() * TICK_SECONDS;
        this.nextSeconds = gap();
    }

    double nowSeconds() {
        return tickSeconds;
    }

    /** What is answered until the next tick. */
    SliceCounts untilTick() {
        tickSeconds += TICK_SECONDS;
        long good = 0;
        long failed = 0;
        long stableGood = 0;
        long stableFailed = 0;
        long keys = 0;
        while (nextSeconds < tickSeconds) {
            boolean candidate = random.nextDouble() < weight;
            double rate = (candidate ? candidateRate : stableRate).applyAsDouble(nextSeconds);
            boolean fails = random.nextDouble() < rate;
            if (!candidate) {
                stableGood += fails ? 0 : 1;
                stableFailed += fails ? 1 : 0;
            } else if (fails) {
                failed++;
                keys |= SliceCounts.keyBit("key-" + random.nextInt());
                onFailure();
            } else {
                good++;
            }
            nextSeconds += gap();
        }
        return new SliceCounts(good, failed, 0, 0, stableGood, stableFailed, keys);
    }

    private void onFailure() {
        if (nextSeconds >= onsetSeconds) {
            failedSinceOnset++;
            firstFailureSeconds = firstFailureSeconds < 0 ? nextSeconds : firstFailureSeconds;
        }
    }

    private double gap() {
        return -Math.log(1 - random.nextDouble()) / perSecond;
    }
}
