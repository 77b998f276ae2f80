package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.WorkerDirectory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** Whether the gateway takes traffic: it is warm, not leaving, and some worker serves some model. Kafka has no say. */
public final class TrafficGate {
    private static final Logger LOG = Logger.getLogger(TrafficGate.class);

    private static final int WATCHERS_MAX = 1_024;

    private final WorkerDirectory directory;
    private final Set<Runnable> watchers = new HashSet<>();
    private volatile boolean warm;
    private volatile boolean draining;
    private String loggedReason = "not started";

    public TrafficGate(WorkerDirectory directory) {
        this.directory = directory;
    }

    public boolean isReady() {
        return warm && !draining && directory.fleet().servesSomething();
    }

    /** Whether the gateway leaves. */
    public boolean isDraining() {
        return draining;
    }

    public boolean isWarm() {
        return warm;
    }

    /** Warming up is done. */
    public void onWarm() {
        warm = true;
        tellWatchers();
    }

    /** The gateway leaves. */
    public void onDraining() {
        draining = true;
        tellWatchers();
    }

    /**
     * Remembers whom to tell that {@link #isReady} may have changed.
     *
     * @param watcher looks for itself, on any thread; must not block nor throw
     * @return false if too many watch already
     */
    public boolean watch(Runnable watcher) {
        synchronized (watchers) {
            return watchers.size() < WATCHERS_MAX && watchers.add(watcher);
        }
    }

    public void unwatch(Runnable watcher) {
        synchronized (watchers) {
            watchers.remove(watcher);
        }
    }

    /** Lets every watcher look; to be called now and then, because what workers serve changes by itself. */
    public void tellWatchers() {
        List<Runnable> told;
        synchronized (watchers) {
            told = List.copyOf(watchers);
            logChange(reason());
        }
        told.forEach(Runnable::run);
    }

    private void logChange(String reason) {
        if (reason.equals(loggedReason)) {
            return;
        }
        loggedReason = reason;
        if (reason.isEmpty()) {
            LOG.info("ready");
        } else {
            LOG.infof("reason=\"%s\" not ready", reason);
        }
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
