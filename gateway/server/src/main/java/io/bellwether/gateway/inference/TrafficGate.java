package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.WorkerDirectory;

/** Whether the gateway takes traffic: it is warm, not leaving, and some worker serves some model. Kafka has no say. */
public final class TrafficGate {
    private final WorkerDirectory directory;
    private volatile boolean warm;
    private volatile boolean draining;

    public TrafficGate(WorkerDirectory directory) {
        this.directory = directory;
    }

    public boolean isReady() {
        return warm && !draining && directory.fleet().servesSomething();
    }

    public boolean isWarm() {
        return warm;
    }

    /** Warming up is done. */
    public void onWarm() {
        warm = true;
    }

    /** The gateway leaves. */
    public void onDraining() {
        draining = true;
    }

    /** Why it is not ready, for people; empty when it is. */
    public String reason() {
        if (draining) {
            return "leaving";
        }
        if (!directory.fleet().servesSomething()) {
            return "no worker serves a model";
        }
        return warm ? "" : "warming up";
    }
}
