package io.bellwether.gateway.control;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
 * Appends commands to Kafka from a thread of its own, because a producer without a broker blocks its caller. All in-sync
 * replicas must have a command before it counts as stored.
 */
public final class KafkaControlLog implements ControlLog, AutoCloseable {
    private static final String AWAY =
            "the control log cannot be reached; start Kafka, or wait until it is back, and repeat the command";
    private static final String UNSURE =
            "the control log did not confirm the command in time; look at the rollout, or repeat the command with the"
                    + " same commandId";

    private final Map<String, Object> properties;
    private final BooleanSupplier reachable;
    private final ThreadPoolExecutor sender;
    private @Nullable Producer<String, byte[]> producer;

    /**
     * @param writesMax commands that may wait at once
     * @param reachable whether somebody who talks to Kafka all the time reaches it; without it nothing is tried
     */
    public KafkaControlLog(KafkaAccess kafka, int writesMax, BooleanSupplier reachable) {
        this.properties = properties(kafka);
        this.reachable = reachable;
        this.sender = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(writesMax), task -> {
            Thread thread = new Thread(task, "control-log-writer");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public CompletionStage<Long> append(Command command) {
        if (!reachable()) {
            return CompletableFuture.failedFuture(new NotStored(AWAY));
        }
        CompletableFuture<Long> stored = new CompletableFuture<>();
        try {
            sender.execute(() -> send(command, stored));
        } catch (RejectedExecutionException e) {
            stored.completeExceptionally(
                    new NotStored("too many commands wait for the control log; repeat the command in a moment"));
        }
        return stored;
    }

    @Override
    public boolean reachable() {
        return reachable.getAsBoolean();
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

    private void send(Command command, CompletableFuture<Long> stored) {
        try {
            if (producer == null) {
                producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
            }
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(ControlTopics.CONTROL_LOG, 0, command.getModel(), command.toByteArray());
            Future<RecordMetadata> unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    stored.complete(metadata.offset());
                } else {
                    stored.completeExceptionally(new NotStored(UNSURE));
                }
            });
        } catch (KafkaException e) {
            // An idempotent producer may be beyond repair now; the next command gets a new one.
            if (producer != null) {
                producer.close(Duration.ZERO);
                producer = null;
            }
            stored.completeExceptionally(new NotStored(UNSURE));
        }
    }

    private static Map<String, Object> properties(KafkaAccess kafka) {
        int millis = Math.toIntExact(kafka.callTimeout().toMillis());
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.clientId() + "-control");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * millis);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1L << 20);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return properties;
    }
}
