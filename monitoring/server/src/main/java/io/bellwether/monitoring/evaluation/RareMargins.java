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
        latencyP99 = latencyP99 == 0 ? 0.20 : latencyP99;
        timeoutRatio = timeoutRatio == 0 ? 1.25 : timeoutRatio;
        timeoutFloor = timeoutFloor == 0 ? 0.002 : timeoutFloor;
        nanRatio = nanRatio == 0 ? 1.25 : nanRatio;
        nanFloor = nanFloor == 0 ? 0.002 : nanFloor;
        MarginCheck.within("latencyP99", latencyP99, 0, 100);
        MarginCheck.within("timeoutRatio", timeoutRatio, 1, 100);
        MarginCheck.within("timeoutFloor", timeoutFloor, 0, 0.5);
        MarginCheck.within("nanRatio", nanRatio, 1, 100);
        MarginCheck.within("nanFloor", nanFloor, 0, 0.5);
    }
}
