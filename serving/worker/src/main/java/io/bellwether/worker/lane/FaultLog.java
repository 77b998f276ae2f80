package io.bellwether.worker.lane;

import io.bellwether.engine.EngineFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At most one line each few seconds of what threw: a failing candidate would fill the log. Confined to its runner thread. */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final RunnerContext context;
    private long loggedNanos;
    private long unlogged;

    FaultLog(RunnerContext context) {
        this.context = context;
        this.loggedNanos = context.clock().getAsLong() - INTERVAL_NANOS;
    }

    void threw(EngineFault fault) {
        long nowNanos = context.clock().getAsLong();
        if (nowNanos - loggedNanos < INTERVAL_NANOS) {
            unlogged++;
            return;
        }
        LOG.warn(
                "model={} version={} reason={} unlogged={} detail=\"{}\" an execution failed",
                context.model(),
                context.version(),
                fault.kind(),
                unlogged,
                fault.detail());
        loggedNanos = nowNanos;
        unlogged = 0;
    }
}
