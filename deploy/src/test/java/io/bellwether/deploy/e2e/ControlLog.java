package io.bellwether.deploy.e2e;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the control log as it is in Kafka. */
final class ControlLog {
    private ControlLog() {}

    /** Every command of a rollout, in the order of the log. */
    static List<Command> commands(Settings settings, String rollout) throws Exception {
        var configuration = Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + settings.port(Port.KAFKA));
        var partition = new TopicPartition(ControlTopics.CONTROL_LOG, 0);
        var commands = new ArrayList<Command>();
        try (var consumer =
                new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    var command = Command.parseFrom(record.value());
                    if (command.getRolloutId().equals(rollout)) {
                        commands.add(command);
                    }
                }
            }
        }
        return commands;
    }
}
