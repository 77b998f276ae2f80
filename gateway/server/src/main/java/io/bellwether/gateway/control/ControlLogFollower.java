package io.bellwether.gateway.control;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.routing.Effect;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Reads the control log on a thread of its own, folds it, and keeps the result on disk. Without Kafka it tries again and
 * again; the routes stay as they are.
 */
public final class ControlLogFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ControlLogFollower.class);
    private static final TopicPartition PARTITION = new TopicPartition(ControlTopics.CONTROL_LOG, 0);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long CHECK_MILLIS = 1_000;

    /** While the log is away each question may take this long, so that reading goes on soon after another broker leads. */
    private static final Duration AWAY_TIMEOUT_MAX = Duration.ofMillis(500);

    private static final long BACKOFF_MILLIS = 500;

    private final ControlLogSource source;
    private final Duration timeout;
    private final ControlFold fold;
    private final ControlStateFile file;
    private final GatewayMetrics metrics;
    private final Timekeeper time;
    private final Thread thread = new Thread(this::run, "control-log-follower");
    private volatile Runnable atReach = () -> {};
    private volatile boolean closed;
    private volatile boolean reachable;
    private volatile long lag;
    private volatile long currentAtMillis;
    private boolean told;

    public ControlLogFollower(
            KafkaAccess kafka, ControlFold fold, ControlStateFile file, GatewayMetrics metrics, Timekeeper time) {
        this(new KafkaControlLogSource(kafka), kafka.callTimeout(), fold, file, metrics, time);
    }

    ControlLogFollower(
            ControlLogSource source,
            Duration timeout,
            ControlFold fold,
            ControlStateFile file,
            GatewayMetrics metrics,
            Timekeeper time) {
        this.source = source;
        this.timeout = timeout;
        this.fold = fold;
        this.file = file;
        this.metrics = metrics;
        this.time = time;
        this.currentAtMillis = time.epochMillis();
    }

    /** Goes on from what the fold holds. */
    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs something whenever the log is there, after it was not: when it is known to exist, with its settings.
     *
     * @param task must not block
     */
    public void whenReachable(Runnable task) {
        atReach = task;
    }

    /** Whether Kafka answered when it was last asked. */
    public boolean reachable() {
        return reachable;
    }

    /** Entries of the log that are not folded yet, as far as known. */
    public long lag() {
        return lag;
    }

    /** Milliseconds since the epoch when the state was last known to be the newest there is. */
    public long currentAtMillis() {
        return currentAtMillis;
    }

    /** Lets the thread end by itself, which it does within a poll; interrupting Kafka's clients leaves noise behind. */
    @Override
    public void close() {
        closed = true;
    }

    /** Whether it was closed and reads and writes nothing any more. */
    boolean hasEnded() {
        return closed && !thread.isAlive();
    }

    static Map<String, Object> consumerProperties(KafkaAccess kafka) {
        int millis = Math.toIntExact(kafka.callTimeout().toMillis());
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
        return properties;
    }

    private void run() {
        ControlLogReading reading = new ControlLogReading(fold);
        while (!closed) {
            try {
                session(reading);
            } catch (KafkaException e) {
                away(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // The follower is the only way commands take effect: it must not end in silence.
                LOG.error("reason=INTERNAL reading the control log failed; trying again", e);
            }
            if (!pause()) {
                return;
            }
        }
    }

    /** Reads until something is wrong with Kafka or with the log. */
    private void session(ControlLogReading reading) throws InterruptedException {
        String id = source.identity();
        try (Consumer<String, byte[]> consumer = source.open()) {
            consumer.assign(List.of(PARTITION));
            long begin = consumer.beginningOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            Resumption resumption = reading.begin(new Resumption.LogBounds(id, begin, end));
            resumption.warning().ifPresent(LOG::error);
            consumer.seek(PARTITION, resumption.fromPosition());
            near(end);
            follow(reading, consumer, end);
        }
    }

    private void follow(ControlLogReading reading, Consumer<String, byte[]> consumer, long endAtStart) {
        long checkAtMillis = time.epochMillis() + CHECK_MILLIS;
        while (!closed) {
            boolean changed = false;
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                apply(reading, record, record.offset() >= endAtStart);
                changed = true;
            }
            if (changed) {
                boolean unused = file.save(fold.state(), fold.logId());
                current(consumer.position(PARTITION));
            }
            if (time.epochMillis() >= checkAtMillis) {
                if (!check(consumer)) {
                    return;
                }
                // Commands are refused until the log is known to be back: while it is away it is asked without a pause.
                checkAtMillis = time.epochMillis() + (reachable ? CHECK_MILLIS : 0);
            }
        }
    }

    private void apply(ControlLogReading reading, ConsumerRecord<String, byte[]> record, boolean live) {
        long nowMillis = time.epochMillis();
        ControlLogReading.Seen seen =
                reading.read(record.offset(), record.value(), record.timestamp(), nowMillis, live);
        if (seen.damaged()) {
            LOG.errorf("position=%d reason=\"not a command\" skipped", record.offset());
        }
        if (live && seen.effect() instanceof Effect.Applied) {
            metrics.onDecisionApplied(record.timestamp(), nowMillis);
        }
        Command command = seen.command();
        LOG.infof(
                "position=%d command=%s action=%s model=%s rollout=%s actor=%s effect=%s",
                record.offset(),
                command.getId(),
                command.getActionCase(),
                command.getModel(),
                command.getRolloutId(),
                command.getActor(),
                seen.effect());
    }

    /** Whether the session can go on: false if the log is shorter than what was read of it. */
    private boolean check(Consumer<String, byte[]> consumer) {
        try {
            Duration patience = reachable || timeout.compareTo(AWAY_TIMEOUT_MAX) < 0 ? timeout : AWAY_TIMEOUT_MAX;
            long end = consumer.endOffsets(List.of(PARTITION), patience).getOrDefault(PARTITION, 0L);
            if (end < consumer.position(PARTITION)) {
                LOG.errorf("the control log ends at %d, before position %d", end, consumer.position(PARTITION));
                return false;
            }
            near(end);
            return true;
        } catch (TimeoutException e) {
            away(e);
            return true;
        }
    }

    private void near(long end) {
        if (!reachable) {
            LOG.infof(
                    "the control log is reachable, end=%d position=%d",
                    end, fold.state().lastPosition());
            atReach.run();
        }
        reachable = true;
        told = false;
        current(end);
    }

    private void current(long end) {
        lag = Math.max(0, end - 1 - fold.state().lastPosition());
        if (lag == 0) {
            currentAtMillis = time.epochMillis();
        }
    }

    private void away(KafkaException e) {
        reachable = false;
        if (!told) {
            told = true;
            LOG.warnf(
                    "the control log is not reachable; the routes stay as they are, position=%d reason=\"%s\"",
                    fold.state().lastPosition(), e.getMessage());
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(BACKOFF_MILLIS);
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
