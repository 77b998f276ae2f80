package io.bellwether.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Feedback;
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
 * Reads a topic of monitoring on a thread of its own, from a bounded number of records before its end. Nobody waits for what it
 * reads, and until monitoring has made the topic there is nothing to read.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long VERDICTS_BACK_MAX = 5_000;
    private static final long BACKOFF_MILLIS = 1_000;

    private final Map<String, Object> properties;
    private final Source<?> source;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * What is read.
     *
     * @param what one of its records, for the names of the thread and of the log
     * @param recordsBackMax where it begins before the end of each partition
     */
    private record Source<T>(
            String topic, String what, long recordsBackMax, Parser<T> parser, java.util.function.Consumer<T> listener) {
        void read(byte[] value) throws InvalidProtocolBufferException {
            listener.accept(parser.parseFrom(value));
        }
    }

    private TopicFollower(KafkaAccess kafka, Source<?> source) {
        this.properties = ControlLogFollower.consumerProperties(kafka);
        this.source = source;
        this.thread = new Thread(this::run, source.what() + "-follower");
    }

    /** Verdicts, for people to look at; nothing is decided from them here. */
    public static TopicFollower ofVerdicts(KafkaAccess kafka, VerdictBoard board) {
        return new TopicFollower(
                kafka,
                new Source<>(TelemetryTopics.VERDICTS, "verdict", VERDICTS_BACK_MAX, Verdict.parser(), board::put));
    }

    /** Feedback, from now on: what came before is about requests that this gateway does not remember. */
    public static TopicFollower ofFeedback(KafkaAccess kafka, java.util.function.Consumer<Feedback> heard) {
        return new TopicFollower(
                kafka, new Source<>(TelemetryTopics.FEEDBACK, "feedback", 0, Feedback.parser(), heard));
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
                LOG.debugf("topic=%s cannot be read now: %s", source.topic(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.errorf(e, "reason=INTERNAL reading topic=%s failed; trying again", source.topic());
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
        List<PartitionInfo> partitions = consumer.partitionsFor(source.topic());
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
                Math.max(
                        begins.getOrDefault(partition, 0L),
                        ends.getOrDefault(partition, 0L) - source.recordsBackMax())));
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.value() == null) {
                    continue; // Somebody's tombstone says nothing.
                }
                try {
                    source.read(record.value());
                } catch (InvalidProtocolBufferException e) {
                    LOG.debugf("position=%d reason=\"no %s\" skipped", record.offset(), source.what());
                }
            }
        }
    }
}
