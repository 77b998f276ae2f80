package io.bellwether.batching;

/** Items that arrive per second: a mean over about the last window that fades continuously. */
final class ArrivalRate {
    /** The window for a rate that people read. */
    static final long SECOND_NANOS = 1_000_000_000;

    private final double windowNanos;
    private double faded;
    private long lastNanos;

    ArrivalRate(long windowNanos) {
        this.windowNanos = (double) windowNanos;
    }

    void arrived(int items, long nowNanos) {
        fade(nowNanos);
        faded += items;
    }

    double perSecond(long nowNanos) {
        fade(nowNanos);
        return faded * 1e9 / windowNanos;
    }

    private void fade(long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        if (faded == 0 || elapsed > 0) {
            faded *= Math.exp(-Math.max(0, elapsed) / windowNanos);
            lastNanos = nowNanos;
        }
    }
}
