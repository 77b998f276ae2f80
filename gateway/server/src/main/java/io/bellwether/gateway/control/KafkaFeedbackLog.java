package io.bellwether.gateway.control;

import io.bellwether.gateway.feedback.FeedbackLog;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Feedback;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Appends feedback to Kafka from a thread of its own, because a producer without a broker blocks its caller. What is stored
 * twice because an answer was lost counts once: whoever joins it takes the first. Monitoring makes the topic.
 */
public final class KafkaFeedbackLog implements FeedbackLog, AutoCloseable {
    private static final int BODIES_WAITING_MAX = 64;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final String AWAY =
            "not all of the feedback could be stored; see that Kafka and monitoring run, and send it again";
    private static final String BUSY = "too much feedback waits for Kafka; send it again in a moment";

    private final Map<String, Object> properties;
    private final ThreadPoolExecutor sender;
    private @Nullable Producer<String, byte[]> producer;

    public KafkaFeedbackLog(KafkaAccess kafka) {
        this.properties = properties(kafka);
        this.sender = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(BODIES_WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "feedback-writer");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public CompletionStage<Optional<String>> append(List<Feedback> feedback) {
        CompletableFuture<Optional<String>> stored = new CompletableFuture<>();
        try {
            sender.execute(() -> send(feedback, stored));
        } catch (RejectedExecutionException e) {
            stored.complete(Optional.of(BUSY));
        }
        return stored;
    }

    @Override
    public void close() {
        try {
            sender.execute(() -> {
                if (producer != null) {
                    producer.close(Duration.ZERO);
                }
            });
        } catch (RejectedExecutionException e) {
            // The queue is full because Kafka does not answer; the process ends and takes the producer with it.
        }
        sender.shutdown();
    }

    private void send(List<Feedback> feedback, CompletableFuture<Optional<String>> stored) {
        AtomicInteger left = new AtomicInteger(feedback.size());
        try {
            if (producer == null) {
                producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
            }
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
        } catch (KafkaException e) {
            stored.complete(Optional.of(AWAY));
        }
    }

    private static Map<String, Object> properties(KafkaAccess kafka) {
        int millis = Math.toIntExact(kafka.callTimeout().toMillis());
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.clientId() + "-feedback");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // A producer that is idempotent can end in a state that only a new one leaves, and repetition does no harm.
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * millis);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return properties;
    }
}
