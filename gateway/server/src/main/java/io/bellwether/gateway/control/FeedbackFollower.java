package io.bellwether.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Feedback;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all feedback on a thread of its own, from when the gateway started: what came before is about requests that it does
 * not remember. Until monitoring has made the topic there is nothing to read.
 */
public final class FeedbackFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FeedbackFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long BACKOFF_MILLIS = 1_000;

    private final Map<String, Object> properties;
    private final PairBook pairs;
    private final Thread thread = new Thread(this::run, "feedback-follower");
    private volatile boolean closed;

    public FeedbackFollower(KafkaAccess kafka, PairBook pairs) {
        this.properties = ControlLogFollower.consumerProperties(kafka);
        this.pairs = pairs;
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets the thread end by itself, which it does within a poll; interrupting Kafka's clients leaves noise behind. */
    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        while (!closed) {
            try (Consumer<String, byte[]> consumer =
                    new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
                follow(consumer);
            } catch (KafkaException e) {
                LOG.debugf("feedback cannot be read now: %s", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("reason=INTERNAL reading feedback failed; trying again", e);
            }
            try {
                Thread.sleep(BACKOFF_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void follow(Consumer<String, byte[]> consumer) {
        List<PartitionInfo> partitions = consumer.partitionsFor(TelemetryTopics.FEEDBACK);
        if (partitions == null || partitions.isEmpty()) {
            return;
        }
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.value() == null) {
                    continue; // Somebody's tombstone says nothing.
                }
                try {
                    pairs.heard(Feedback.parseFrom(record.value()));
                } catch (InvalidProtocolBufferException e) {
                    LOG.debugf("position=%d reason=\"not feedback\" skipped", record.offset());
                }
            }
        }
    }
}
