package io.bellwether.loadtests;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all verdicts from now on, on a thread of its own, and notes them where somebody measures. */
final class VerdictReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrap;
    private final Clock clock;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong read = new AtomicLong();
    private final VerdictDelays delays;

    VerdictReader(String bootstrap, Clock clock, VerdictDelays delays) {
        this.bootstrap = bootstrap;
        this.clock = clock;
        this.delays = delays;
        Thread thread = new Thread(this::run, "verdicts");
        thread.setDaemon(true);
        thread.start();
    }

    /** Verdicts so far. */
    long read() {
        return read.get();
    }

    private void run() {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TelemetryTopics.VERDICTS).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!stop.get()) {
                ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
                long nowMillis = clock.millis();
                for (ConsumerRecord<String, byte[]> record : records) {
                    note(record.value(), nowMillis);
                }
            }
        }
    }

    private void note(byte[] value, long nowMillis) {
        try {
            Verdict verdict = Verdict.parseFrom(value);
            read.incrementAndGet();
            delays.verdict(verdict.getRolloutId(), verdict.getSlot(), verdict.getAtMillis(), nowMillis);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("monitoring wrote something that is no verdict", e);
        }
    }

    /** It ends by itself soon after. */
    @Override
    public void close() {
        stop.set(true);
    }
}
