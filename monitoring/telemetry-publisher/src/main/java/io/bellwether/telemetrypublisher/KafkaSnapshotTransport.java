package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends snapshots to {@link TelemetryTopics#AGGREGATES}, keyed by model.
 *
 * <p>All in-sync replicas must acknowledge: the last snapshot of a cell is not repeated, and a lost one would be missing
 * evidence. The producer is not idempotent, because a duplicated snapshot changes nothing and an idempotent producer can
 * end in a state that only a new one leaves. It is made at the first send, so that a process starts without Kafka.
 */
final class KafkaSnapshotTransport implements SnapshotTransport {
    private static final int BUFFER_BYTES = 8 << 20;

    private final PublisherSettings settings;
    private @Nullable Producer<String, byte[]> producer;

    KafkaSnapshotTransport(PublisherSettings settings) {
        this.settings = settings;
    }

    @Override
    public CompletableFuture<Void> send(Snapshot snapshot) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        try {
            if (producer == null) {
                producer = new KafkaProducer<>(properties(), new StringSerializer(), new ByteArraySerializer());
            }
            var record = new ProducerRecord<>(TelemetryTopics.AGGREGATES, snapshot.getModel(), snapshot.toByteArray());
            // The callback tells the outcome; the future of send would only tell it again.
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    stored.complete(null);
                } else {
                    stored.completeExceptionally(failure);
                }
            });
        } catch (KafkaException e) {
            stored.completeExceptionally(e);
        }
        return stored;
    }

    @Override
    public void close(Duration timeout) {
        if (producer != null) {
            producer.close(timeout);
        }
    }

    private Map<String, Object> properties() {
        int sendMillis = Math.toIntExact(settings.timing().sendTimeout().toMillis());
        int blockMillis = Math.max(1, sendMillis / 3);
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "telemetry-" + settings.processId());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, blockMillis);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, sendMillis - 10));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, sendMillis);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        return properties;
    }
}
