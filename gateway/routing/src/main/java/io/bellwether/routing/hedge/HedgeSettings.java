package io.bellwether.routing.hedge;

/**
 * When copies are sent, and how many.
 *
 * @param delayQuantile share of the recent requests of a version that were answered before a copy is thought of, 0.5 to 0.999
 * @param delayNanosMin no copy is sent earlier, at least 1 ms
 * @param shareMax copies as a share of requests, 0.001 to 0.2
 * @param burst copies that may be saved up, 1 to 1000
 */
public record HedgeSettings(double delayQuantile, long delayNanosMin, double shareMax, int burst) {
    private static final double QUANTILE_MIN = 0.5;
    private static final double QUANTILE_MAX = 0.999;
    private static final long DELAY_NANOS_MIN = 1_000_000;
    private static final double SHARE_MIN = 0.001;
    private static final double SHARE_MAX = 0.2;
    private static final int BURST_MAX = 1_000;

    public HedgeSettings {
        check(
                delayQuantile >= QUANTILE_MIN && delayQuantile <= QUANTILE_MAX,
                "delay-quantile",
                delayQuantile,
                QUANTILE_MIN + " to " + QUANTILE_MAX);
        check(
                delayNanosMin >= DELAY_NANOS_MIN,
                "delay-min",
                delayNanosMin + " ns",
                "at least " + DELAY_NANOS_MIN + " ns, 1 ms");
        check(shareMax >= SHARE_MIN && shareMax <= SHARE_MAX, "share-max", shareMax, SHARE_MIN + " to " + SHARE_MAX);
        check(burst >= 1 && burst <= BURST_MAX, "burst", burst, "1 to " + BURST_MAX);
    }

    /**
     * The quantile that is waited for: at least the one that is asked for, and so late that requests which are merely a little
     * slow take at most half of the copies. The other half is there when a worker really hangs.
     */
    double quantile() {
        return Math.max(delayQuantile, 1 - shareMax / 2);
    }

    private static void check(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
        }
    }
}
