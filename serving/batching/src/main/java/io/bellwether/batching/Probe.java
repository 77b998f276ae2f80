package io.bellwether.batching;

/**
 * Keeps a prediction from confirming itself. A model that was slow for a while is predicted to miss every deadline; if that
 * refused every request, nobody would find out that it is fast again. So an idle instance tries a request that is thought
 * hopeless when nothing has run for a hundred times its predicted duration, at least 0.1 s and at most 2 s.
 */
final class Probe {
    private static final long TIMES = 100;
    private static final long NANOS_MIN = 100_000_000;
    private static final long NANOS_MAX = 2_000_000_000;

    private long lastRunNanos;
    private boolean any;

    void ran(long nowNanos) {
        lastRunNanos = nowNanos;
        any = true;
    }

    boolean isDue(long nowNanos, long predictedNanos) {
        long wait = Math.max(NANOS_MIN, Math.min(NANOS_MAX, Math.min(predictedNanos, NANOS_MAX) * TIMES));
        return !any || nowNanos - lastRunNanos >= wait;
    }
}
