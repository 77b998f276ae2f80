package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the snapshots of a gateway or a worker to Kafka. {@link #publish} never blocks and never throws: it merges the
 * snapshot into a bounded outbox and wakes the one sender thread, which alone touches Kafka. While Kafka is away the
 * newest counts of every cell wait; what does not fit is dropped and counted.
 *
 * <p>With blank bootstrap servers the publisher is disabled: it takes everything and does nothing.
 */
public final class SnapshotPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);
    private static final long IDLE_MILLIS = 100;
    private static final long CLOSING_MILLIS = 10;

    private final SnapshotOutbox outbox;
    private final @Nullable SnapshotTransport transport;
    private final Thread sender;
    private final BlockingQueue<Boolean> wake = new ArrayBlockingQueue<>(1);
    private final AtomicBoolean away = new AtomicBoolean();
    private volatile boolean closing;
    private volatile long closeByNanos;

    private SnapshotPublisher(PublisherSettings settings, @Nullable SnapshotTransport transport) {
        this.outbox = new SnapshotOutbox(settings, System.currentTimeMillis());
        this.transport = transport;
        this.sender = new Thread(this::run, "telemetry-sender");
        sender.setDaemon(true);
    }

    /** Starts a publisher that sends to Kafka, or a disabled one when no bootstrap servers are given. */
    public static SnapshotPublisher start(PublisherSettings settings) {
        if (settings.bootstrapServers().isBlank()) {
            return new SnapshotPublisher(settings, null);
        }
        return start(settings, new KafkaSnapshotTransport(settings));
    }

    /** Starts a publisher on a transport of the caller's choice. The publisher closes it. */
    public static SnapshotPublisher start(PublisherSettings settings, SnapshotTransport transport) {
        SnapshotPublisher publisher = new SnapshotPublisher(settings, transport);
        publisher.sender.start();
        return publisher;
    }

    /** False when there is nowhere to publish to; callers may then skip building snapshots. */
    public boolean isEnabled() {
        return transport != null;
    }

    /**
     * Offers what a process counted about one model. The caller fills model, watermark_slot, warm, cells and step_problems; who sent
     * it, epoch, sequence, time and drops are filled here. A snapshot without cells is a heartbeat. After
     * {@link #close} it has no effect.
     */
    public void publish(Snapshot snapshot) {
        if (transport != null && !closing) {
            outbox.offer(snapshot);
            boolean unused = wake.offer(Boolean.TRUE);
        }
    }

    /** Counters for metrics. */
    public PublisherStats stats() {
        return outbox.stats();
    }

    /**
     * Sends what waits and a last snapshot of every model, marked as closing, then stops. Call it when no request is in
     * flight any more and the last counts are published. Returns after {@code timeout} at the latest, sent or not.
     */
    public void close(Duration timeout) {
        if (transport == null || closing) {
            return;
        }
        closeByNanos = System.nanoTime() + timeout.toNanos();
        outbox.startClosing();
        closing = true;
        boolean unused = wake.offer(Boolean.TRUE);
        try {
            sender.join(Math.max(1, timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        SnapshotTransport open = transport;
        if (open == null) {
            return;
        }
        try {
            while (!closing) {
                sendDue(open);
                wake.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            }
            // Once more: a snapshot may have slipped in between the farewell and the flag.
            outbox.startClosing();
            while (!outbox.isEmpty() && closeByNanos - System.nanoTime() > 0) {
                sendDue(open);
                wake.poll(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.close(Duration.ofNanos(Math.max(0, closeByNanos - System.nanoTime())));
    }

    private void sendDue(SnapshotTransport open) {
        for (Snapshot snapshot : outbox.takeDue(System.nanoTime(), System.currentTimeMillis())) {
            var unused = send(open, snapshot).whenComplete((stored, failure) -> finish(snapshot, failure));
        }
    }

    private static CompletableFuture<Void> send(SnapshotTransport open, Snapshot snapshot) {
        try {
            return open.send(snapshot);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void finish(Snapshot snapshot, @Nullable Throwable failure) {
        if (failure == null) {
            outbox.sent(snapshot);
            if (away.compareAndSet(true, false)) {
                LOG.info(
                        "model={} telemetry reaches Kafka again; drops={}",
                        snapshot.getModel(),
                        stats().cellsDropped());
            }
        } else {
            outbox.failed(snapshot, System.nanoTime());
            if (away.compareAndSet(false, true)) {
                LOG.warn(
                        "model={} reason=\"{}\" telemetry does not reach Kafka; the newest counts wait",
                        snapshot.getModel(),
                        failure.getMessage());
            }
        }
        boolean unused = wake.offer(Boolean.TRUE);
    }
}
