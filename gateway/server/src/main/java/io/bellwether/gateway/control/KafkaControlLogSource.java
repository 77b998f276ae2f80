package io.bellwether.gateway.control;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The control log in Kafka. */
final class KafkaControlLogSource implements ControlLogSource {
    private final ControlTopic topic;
    private final Map<String, Object> properties;

    KafkaControlLogSource(KafkaAccess kafka) {
        this.topic = new ControlTopic(kafka.bootstrap(), kafka.replicationFactor(), kafka.callTimeout());
        this.properties = ControlLogFollower.consumerProperties(kafka);
    }

    @Override
    public String identity() throws InterruptedException {
        return topic.ensure();
    }

    @Override
    public Consumer<String, byte[]> open() {
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
