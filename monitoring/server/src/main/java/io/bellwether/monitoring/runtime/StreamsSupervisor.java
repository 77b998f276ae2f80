package io.bellwether.monitoring.runtime;

import io.bellwether.monitoring.MonitoringConfig;
import io.bellwether.monitoring.MonitoringMetrics;
import io.bellwether.monitoring.topology.MonitoringTopology;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the topology running. One thread waits for Kafka and the topics, starts the topology, and starts it again when
 * it has died. Kafka that comes late, goes away, restarts or loses its topics never ends the process.
 */
final class StreamsSupervisor {
    private static final Logger LOG = Logger.getLogger(StreamsSupervisor.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int REPLACEMENTS_MAX = 5;

    private final MonitoringConfig config;
    private final MonitoringMetrics metrics;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable KafkaStreams streams;
    private volatile String waitingFor = "the start";

    StreamsSupervisor(MonitoringConfig config, MonitoringMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.thread = new Thread(this::run, "monitoring-supervisor");
    }

    void start() {
        thread.start();
    }

    /** Stops the topology and waits for it, a few seconds at most. */
    void stop() {
        stop.countDown();
        if (streams == null) {
            // Nothing to close in order: do not wait for an answer of Kafka.
            thread.interrupt();
        }
        try {
            thread.join(CLOSE.plus(PAUSE).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isRunning() {
        KafkaStreams now = streams;
        return now != null && now.state() == KafkaStreams.State.RUNNING;
    }

    /** What the topology does, or what it waits for. */
    String status() {
        KafkaStreams now = streams;
        return now == null ? "waiting for " + waitingFor : now.state().name();
    }

    /** Records that the slowest partition is behind; 0 when nothing is known. */
    double lagRecords() {
        KafkaStreams now = streams;
        if (now == null) {
            return 0;
        }
        return now.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag-max")
                        && !metric.getKey().tags().containsKey("partition"))
                .mapToDouble(metric -> metric.getValue().metricValue() instanceof Double lag && !lag.isNaN() ? lag : 0)
                .max()
                .orElse(0);
    }

    private void run() {
        TopicSetup topics =
                new TopicSetup(config.kafka().bootstrap(), config.kafka().partitions());
        try {
            while (!stopRequestedWithin(Duration.ZERO)) {
                TopicSetup.Found found = topics.ensure();
                if (found instanceof TopicSetup.Found.Ready ready) {
                    tryTopology(ready.partitions());
                } else if (found instanceof TopicSetup.Found.Missing missing) {
                    waitFor(missing.reason());
                }
                if (stopRequestedWithin(PAUSE)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryTopology(int partitions) throws InterruptedException {
        try {
            runTopology(partitions);
        } catch (KafkaException e) {
            LOG.warnf(e, "reason=\"the topology could not be made or did not start\"");
        }
    }

    private void waitFor(String reason) {
        if (!reason.equals(waitingFor)) {
            LOG.infof("reason=\"%s\" not ready", reason);
            waitingFor = reason;
        }
    }

    /** Runs the topology until it dies or the process stops. */
    private void runTopology(int partitions) throws InterruptedException {
        KafkaStreams running = new KafkaStreams(
                MonitoringTopology.build(MonitoringSettings.topology(config, partitions), metrics),
                StreamsProperties.of(config));
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch died = new CountDownLatch(1);
        running.setUncaughtExceptionHandler(failure -> {
            LOG.warnf(failure, "reason=\"the topology failed\" failures=%d", failures.incrementAndGet());
            return failures.get() <= REPLACEMENTS_MAX
                    ? StreamThreadExceptionResponse.REPLACE_THREAD
                    : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        running.setStateListener((now, before) -> {
            LOG.infof("state=%s before=%s", now, before);
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                died.countDown();
            }
        });
        streams = running;
        try {
            running.start();
            while (died.getCount() > 0 && !stopRequestedWithin(PAUSE)) {
                // The listener and the stop flag are all there is to watch.
            }
        } finally {
            running.close(new KafkaStreams.CloseOptions().timeout(CLOSE).leaveGroup(false));
            streams = null;
            waitingFor = "a new start of the topology";
        }
        if (!stopRequestedWithin(Duration.ZERO)) {
            metrics.restarted();
        }
    }

    private boolean stopRequestedWithin(Duration wait) throws InterruptedException {
        return stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
