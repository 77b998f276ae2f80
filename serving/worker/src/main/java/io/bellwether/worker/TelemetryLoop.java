package io.bellwether.worker;

import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetrypublisher.PublisherSettings;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import io.bellwether.worker.config.WorkerConfig;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.telemetry.ModelCells;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one timer thread of the worker: offers snapshots to the publisher and looks after what hangs. */
final class TelemetryLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryLoop.class);

    /** How soon counts of a slot that is over are told; between them the interval is long enough. */
    private static final Duration PAST_SLOTS_INTERVAL = Duration.ofMillis(50);

    private final WorkerConfig config;
    private final BooleanSupplier warm;
    private final SnapshotPublisher publisher;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "worker-timer"));
    private volatile Map<String, ModelCells> cells = Map.of();

    TelemetryLoop(WorkerConfig config, BooleanSupplier warm) {
        this.config = config;
        this.warm = warm;
        this.publisher = SnapshotPublisher.start(PublisherSettings.of(
                Snapshot.Process.WORKER, config.id(), config.kafka().bootstrap().orElse("")));
    }

    boolean on() {
        return publisher.isEnabled();
    }

    void measure(WorkerMetrics metrics) {
        metrics.telemetry(
                () -> publisher.stats().snapshotsSent(),
                () -> publisher.stats().cellsDropped(),
                () -> publisher.stats().sendsFailed(),
                () -> cells.values().stream()
                        .mapToLong(ModelCells::uncountedItems)
                        .sum());
    }

    void start(Map<String, ModelCells> cellsByModel) {
        cells = cellsByModel;
        if (publisher.isEnabled()) {
            every(config.telemetry().interval(), this::snapshot);
            every(PAST_SLOTS_INTERVAL, this::pastSlots);
        }
    }

    /** Sends the last counts. To be called when no request is in the worker any more. */
    void close(Duration timeMax) throws InterruptedException {
        timer.shutdown();
        boolean ended = timer.awaitTermination(1, TimeUnit.SECONDS);
        if (ended && publisher.isEnabled()) {
            snapshot();
        }
        publisher.close(timeMax);
    }

    private void pastSlots() {
        long slot = Clocks.epochSecond();
        boolean evidence = warm.getAsBoolean();
        cells.values().stream()
                .filter(ofModel -> ofModel.owesBefore(slot))
                .forEach(ofModel -> publisher.publish(ofModel.snapshot(slot, evidence)));
    }

    private void snapshot() {
        long slot = Clocks.epochSecond();
        long nowNanos = System.nanoTime();
        boolean evidence = warm.getAsBoolean();
        cells.forEach((model, ofModel) -> {
            publisher.publish(ofModel.snapshot(slot, evidence));
            ofModel.forgetIdle(nowNanos);
        });
    }

    /** Does something on the timer thread once in a while; it must be short. */
    void every(Duration interval, Runnable task) {
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // The timer would drop a task that throws, and with it all later telemetry.
                        LOG.error("a timer task failed", e);
                    }
                },
                interval.toNanos(),
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
    }
}
