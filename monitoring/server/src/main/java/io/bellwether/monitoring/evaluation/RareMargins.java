package io.bellwether.monitoring.evaluation;

/**
 * Margins on what seldom happens. Zero means the default.
 *
 * @param latencyP99 relative margin on the 99th percentile of latency [0.20]
 * @param timeoutRatio ratio of the shares of requests that time out [1.25]
 * @param timeoutFloor share of timeouts that is acceptable anyway [0.002]
 * @param nanRatio ratio of the shares of requests with a NaN or an infinity in an output [1.25]
 * @param nanFloor share of these that is acceptable anyway [0.002]
 */
public record RareMargins(
        double latencyP99, double timeoutRatio, double timeoutFloor, double nanRatio, double nanFloor) {
    /** The documented defaults. */
    public static final RareMargins DEFAULTS = new RareMargins(0, 0, 0, 0, 0);

    public RareMargins {
        latencyP99 = MarginCheck.within("latencyP99", latencyP99, 0.20, 0, 100);
        timeoutRatio = MarginCheck.within("timeoutRatio", timeoutRatio, 1.25, 1, 100);
        timeoutFloor = MarginCheck.within("timeoutFloor", timeoutFloor, 0.002, 0, 0.5);
        nanRatio = MarginCheck.within("nanRatio", nanRatio, 1.25, 1, 100);
        nanFloor = MarginCheck.within("nanFloor", nanFloor, 0.002, 0, 0.5);
    }
}
