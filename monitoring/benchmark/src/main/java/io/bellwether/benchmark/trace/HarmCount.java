package io.bellwether.benchmark.trace;

/** Adds up what an effect does, request by request. */
final class HarmCount {
    private final double objectiveMillis;
    private long badRequests;
    private double costMicroUsd;

    HarmCount(double objectiveMillis) {
        this.objectiveMillis = objectiveMillis;
    }

    /**
     * @param failed whether the request failed
     * @param failsAnyway whether it would have failed without the effect
     * @param millis its latency
     * @param millisAnyway what the latency would have been
     */
    void note(boolean failed, boolean failsAnyway, double millis, double millisAnyway) {
        boolean bad = failed || millis > objectiveMillis;
        boolean badAnyway = failsAnyway || millisAnyway > objectiveMillis;
        badRequests += bad && !badAnyway ? 1 : 0;
    }

    void noteCost(double microUsd) {
        costMicroUsd += microUsd;
    }

    TraceSlot.Harm take() {
        TraceSlot.Harm harm = new TraceSlot.Harm(badRequests, costMicroUsd);
        badRequests = 0;
        costMicroUsd = 0;
        return harm;
    }
}
