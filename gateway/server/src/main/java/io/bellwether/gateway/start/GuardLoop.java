package io.bellwether.gateway.start;

import io.bellwether.gateway.guard.GuardWatch;
import io.bellwether.gateway.guard.KillKeeper;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.gateway.guard.KillSpread;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Lets the local guard look, on a thread that does nothing else: whatever is slow elsewhere, a broken candidate goes. */
final class GuardLoop {
    private static final Logger LOG = Logger.getLogger(GuardLoop.class);

    private final GuardWatch watch;
    private final KillSpread spread;
    private final KillKeeper keeper;
    private final KillPublisher publisher;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "gateway-guard");
        made.setDaemon(true);
        return made;
    });

    GuardLoop(GuardWatch watch, KillSpread spread, KillKeeper keeper, KillPublisher publisher) {
        this.watch = watch;
        this.spread = spread;
        this.keeper = keeper;
        this.publisher = publisher;
    }

    /**
     * @param enabled whether it may take candidates back, not only keep and tell what was taken back before
     */
    void start(boolean enabled, Duration interval) {
        Future<?> unused =
                thread.scheduleWithFixedDelay(() -> tick(enabled), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    void close() {
        thread.shutdownNow();
    }

    /** Kills of before are kept and published even where nothing is watched any more. */
    private void tick(boolean enabled) {
        try {
            if (enabled) {
                watch.tick();
            }
            spread.tick();
            keeper.tick();
            publisher.tick();
        } catch (RuntimeException e) {
            // A guard that stops would leave a broken candidate with its clients.
            LOG.error("reason=INTERNAL the local guard failed; it goes on", e);
        }
    }
}
