package io.bellwether.gateway.control;

import io.bellwether.gateway.feedback.FeedbackLog;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Feedback;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Appends feedback to Kafka. What is stored twice because an answer was lost counts once: whoever joins it takes the first.
 * Monitoring makes the topic.
 */
public final class KafkaFeedbackLog implements FeedbackLog, AutoCloseable {
    private static final int BODIES_WAITING_MAX = 64;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final String AWAY =
            "not all of the feedback could be stored; see that Kafka and monitoring run, and send it again";
    private static final String BUSY = "too much feedback waits for Kafka; send it again in a moment";

    private final ProducerThread sender;

    public KafkaFeedbackLog(KafkaAccess kafka) {
        Map<String, Object> properties = ProducerThread.properties(kafka, "feedback");
        // A producer that is idempotent can end in a state that only a new one leaves, and repetition does no harm.
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
        this.sender = new ProducerThread(properties, "feedback-writer", BODIES_WAITING_MAX);
    }

    @Override
    public CompletionStage<Optional<String>> append(List<Feedback> feedback) {
        CompletableFuture<Optional<String>> stored = new CompletableFuture<>();
        if (!sender.run(producer -> send(producer, feedback, stored), () -> stored.complete(Optional.of(AWAY)))) {
            stored.complete(Optional.of(BUSY));
        }
        return stored;
    }

    @Override
    public void close() {
        sender.close();
    }

    private static void send(
            Producer<String, byte[]> producer, List<Feedback> feedback, CompletableFuture<Optional<String>> stored) {
        AtomicInteger left = new AtomicInteger(feedback.size());
        for (Feedback item : feedback) {
            if (stored.isDone()) {
                return;
            }
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(TelemetryTopics.FEEDBACK, item.getRequestId(), item.toByteArray());
            Future<RecordMetadata> unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    stored.complete(Optional.of(AWAY));
                } else if (left.decrementAndGet() == 0) {
                    stored.complete(Optional.empty());
                }
            });
        }
    }
}
