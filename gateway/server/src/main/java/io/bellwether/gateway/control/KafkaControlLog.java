package io.bellwether.gateway.control;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Appends commands to Kafka. All in-sync replicas must have a command before it counts as stored.
 */
public final class KafkaControlLog implements ControlLog, AutoCloseable {
    private static final String AWAY =
            "the control log cannot be reached; start Kafka, or wait until it is back, and repeat the command";
    private static final String UNSURE =
            "the control log did not confirm the command in time; look at the rollout, or repeat the command with the"
                    + " same commandId";

    private final BooleanSupplier reachable;
    private final ProducerThread sender;
    /** Commands that the producer has and has not told the end of. */
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param writesMax commands that may wait at once
     * @param reachable whether somebody who talks to Kafka all the time reaches it; without it nothing is tried
     */
    public KafkaControlLog(KafkaAccess kafka, int writesMax, BooleanSupplier reachable) {
        this.reachable = reachable;
        Map<String, Object> properties = ProducerThread.properties(kafka, "control");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1L << 20);
        this.sender = new ProducerThread(properties, "control-log-writer", writesMax);
    }

    /**
     * Makes the producer and has it find the log, so that the first command is no slower than the next; anew after an outage,
     * as an idle producer still knows the leader of before. Never blocks. Only for a log that exists: many brokers make a topic
     * that a producer asks for, with settings of their own.
     */
    public void prepare() {
        sender.renewLater(() -> underWay.get() == 0);
        boolean unused = sender.run(producer -> producer.partitionsFor(ControlTopics.CONTROL_LOG), sender::renew);
    }

    @Override
    public CompletionStage<Long> append(Command command) {
        if (!reachable()) {
            return CompletableFuture.failedFuture(new NotStored(AWAY));
        }
        CompletableFuture<Long> stored = new CompletableFuture<>();
        boolean taken = sender.run(producer -> send(producer, command, stored), () -> {
            // An idempotent producer may be beyond repair now.
            sender.renew();
            stored.completeExceptionally(new NotStored(UNSURE));
        });
        if (!taken) {
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
        sender.close();
    }

    private void send(Producer<String, byte[]> producer, Command command, CompletableFuture<Long> stored) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(ControlTopics.CONTROL_LOG, 0, command.getModel(), command.toByteArray());
        Future<RecordMetadata> unused = producer.send(record, (metadata, failure) -> {
            underWay.decrementAndGet();
            if (failure == null) {
                stored.complete(metadata.offset());
            } else {
                stored.completeExceptionally(new NotStored(UNSURE));
            }
        });
        underWay.incrementAndGet();
    }
}
