package io.bellwether.gateway.control;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A producer on a thread of its own, because one without a broker blocks its caller. It is made when it is first needed. */
final class ProducerThread implements AutoCloseable {
    private final Map<String, Object> properties;
    private final ThreadPoolExecutor thread;
    private @Nullable Producer<String, byte[]> producer;

    /**
     * @param properties of {@link #properties(KafkaAccess, String)}, and what is special
     * @param waitingMax tasks that may wait at once
     */
    ProducerThread(Map<String, Object> properties, String name, int waitingMax) {
        this.properties = Map.copyOf(properties);
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waitingMax), task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /** What all producers of a gateway have in common: all in-sync replicas have a record before it counts as stored. */
    static Map<String, Object> properties(KafkaAccess kafka, String role) {
        int millis = Math.toIntExact(kafka.callTimeout().toMillis());
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.clientId() + "-" + role);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * millis);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return properties;
    }

    /**
     * Sends on the thread.
     *
     * @param failed hears, on the thread, that the producer threw
     * @return false if too many wait
     */
    boolean run(Consumer<Producer<String, byte[]>> sending, Runnable failed) {
        try {
            thread.execute(() -> {
                try {
                    if (producer == null) {
                        producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
                    }
                    sending.accept(producer);
                } catch (KafkaException e) {
                    failed.run();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** The next gets a new producer. On the thread only. */
    void renew() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** The next but those that wait already gets a new producer, if the present one can be spared then. */
    void renewLater(BooleanSupplier spared) {
        try {
            thread.execute(() -> {
                if (spared.getAsBoolean()) {
                    renew();
                }
            });
        } catch (RejectedExecutionException e) {
            // The queue is full because Kafka does not answer: the present producer is needed, or the process takes it
            // along.
        }
    }

    @Override
    public void close() {
        renewLater(() -> true);
        thread.shutdown();
    }
}
