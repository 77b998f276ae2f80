package io.bellwether.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Verdict;
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
 * Reads verdicts on a thread of its own, for people to look at; nothing is decided from them here. It begins a bounded
 * number of records before the end. Monitoring owns the topic: until it exists there is nothing to read.
 */
public final class VerdictFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(VerdictFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RECORDS_BACK_MAX = 5_000;
    private static final long BACKOFF_MILLIS = 1_000;

    private final Map<String, Object> properties;
    private final VerdictBoard board;
    private final Thread thread = new Thread(this::run, "verdict-follower");
    private volatile boolean closed;

    public VerdictFollower(KafkaAccess kafka, VerdictBoard board) {
        this.properties = ControlLogFollower.consumerProperties(kafka);
        this.board = board;
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
                LOG.debugf("verdicts cannot be read now: %s", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("reason=INTERNAL reading verdicts failed; trying again", e);
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
        List<PartitionInfo> partitions = consumer.partitionsFor(TelemetryTopics.VERDICTS);
        if (partitions == null || partitions.isEmpty()) {
            return;
        }
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(all);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        all.forEach(partition -> consumer.seek(
                partition,
                Math.max(begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L) - RECORDS_BACK_MAX)));
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.value() == null) {
                    continue; // Somebody's tombstone says nothing.
                }
                try {
                    board.put(Verdict.parseFrom(record.value()));
                } catch (InvalidProtocolBufferException e) {
                    LOG.debugf("position=%d reason=\"not a verdict\" skipped", record.offset());
                }
            }
        }
    }
}
