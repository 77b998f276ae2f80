package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.config.GuardConfig;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.KilledRolloutsFile;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.guard.GuardWatch;
import io.bellwether.gateway.guard.KillKeeper;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.gateway.guard.KillSpread;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.guard.GuardSettings;
import io.bellwether.routing.guard.LocalGuard;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadPoolExecutor;
import org.jboss.logging.Logger;

/** The local guard, put together: what it counts, where it keeps its kills, whom it tells. */
@Singleton
public class GuardPlane {
    private static final Logger LOG = Logger.getLogger(GuardPlane.class);

    private final GuardConfig config;
    private final ControlFold fold;
    private final KilledRolloutsFile file;
    private final GuardWatch watch;
    private final WorkerDirectory directory;
    private final KillSpread spread;
    private final KillKeeper keeper;
    private final KillPublisher publisher;
    private final GuardLoop loop;
    private final GatewayMetrics metrics;
    private final ThreadPoolExecutor writer = IdleThread.named("gateway-guard-file", 1);

    GuardPlane(
            GatewayConfig gateway,
            GuardConfig config,
            ControlFold fold,
            ArmOutcomes outcomes,
            Timekeeper time,
            ControlPlane control,
            GatewayMetrics metrics) {
        this.config = config;
        this.fold = fold;
        this.metrics = metrics;
        this.file = new KilledRolloutsFile(gateway.stateDir());
        this.watch = new GuardWatch(fold, outcomes, new LocalGuard(settings(config)), time);
        this.directory = control.directory();
        this.spread = new KillSpread(fold, directory::workers, time);
        this.keeper = new KillKeeper(fold, file, control.stateFile(), writer);
        this.publisher = new KillPublisher(fold, control.log(), gateway.id(), time);
        this.loop = new GuardLoop(watch, spread, keeper, publisher);
    }

    /** What was killed before this process started stays so; to be called before there are routes, and before workers say more. */
    void restore() {
        directory.whenKilled(spread::hear);
        KilledRollouts killed = file.load();
        fold.kill(killed);
        keeper.onRestored(killed);
        if (!killed.kills().isEmpty()) {
            LOG.infof("event=guard_restored kills=%d", killed.kills().size());
        }
    }

    void start() {
        metrics.observeGuard(watch::trips, spread::taken, watch::watched, publisher::unpublished);
        loop.start(config.enabled(), config.interval());
    }

    void close() {
        loop.close();
        writer.shutdown();
    }

    private static GuardSettings settings(GuardConfig config) {
        try {
            return new GuardSettings(
                    config.alpha(),
                    config.failureFloor(),
                    config.sliceRequestsMin(),
                    config.keysMin(),
                    config.rolloutsMax());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "gateway.guard.* is not valid: " + e.getMessage() + "; correct it or leave it out", e);
        }
    }
}
