package io.bellwether.batching;

/** Items that arrive per second: a mean over about the last second that fades continuously. */
final class ArrivalRate {
    private static final double WINDOW_NANOS = 1e9;

    private double faded;
    private long lastNanos;

    void arrived(int items, long nowNanos) {
        fade(nowNanos);
        faded += items;
    }

    double perSecond(long nowNanos) {
        fade(nowNanos);
        return faded * 1e9 / WINDOW_NANOS;
    }

    private void fade(long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        if (faded == 0 || elapsed > 0) {
            faded *= Math.exp(-Math.max(0, elapsed) / WINDOW_NANOS);
            lastNanos = nowNanos;
        }
    }
}
