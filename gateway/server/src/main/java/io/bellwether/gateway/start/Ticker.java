package io.bellwether.gateway.start;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One thread for tasks that come again and again. A task that fails once is run again all the same. */
final class Ticker implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Ticker.class);

    private final ScheduledExecutorService thread;

    Ticker(String name) {
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * @param interval from the end of one run to the begin of the next; the first begins now
     */
    void every(Duration interval, Runnable task) {
        Future<?> unused = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // A task that stops would end telemetry or discovery in silence.
                        LOG.error("reason=INTERNAL a periodic task failed", e);
                    }
                },
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
