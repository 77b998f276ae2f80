package io.bellwether.deploy.chaos;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.ExecutionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the tests ask the brokers themselves, past all links. */
final class Kafka {
    private static final TopicPartition LOG = new TopicPartition(ControlTopics.CONTROL_LOG, 0);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long SECONDS_MAX = 10;

    private final Cluster cluster;

    Kafka(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The broker that leads the control log now. */
    Node leader() throws Exception {
        try (var admin = admin()) {
            var partition = admin.describeTopics(List.of(LOG.topic()))
                    .allTopicNames()
                    .get(SECONDS_MAX, TimeUnit.SECONDS)
                    .get(LOG.topic())
                    .partitions()
                    .get(0);
            return cluster.node(Brokers.name(partition.leader().id()));
        }
    }

    /** Whether each partition of each topic has all its copies. */
    boolean isWhole() throws Exception {
        try (var admin = admin()) {
            var names = admin.listTopics().names().get(SECONDS_MAX, TimeUnit.SECONDS);
            return admin.describeTopics(names).allTopicNames().get(SECONDS_MAX, TimeUnit.SECONDS).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.isr().size() == Brokers.COUNT);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Commands on the log, by rollout, that may raise a weight. */
    Map<String, Integer> raises() throws Exception {
        var raises = new HashMap<String, Integer>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", cluster.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(LOG));
            consumer.seekToBeginning(List.of(LOG));
            long end = consumer.endOffsets(List.of(LOG)).get(LOG);
            while (consumer.position(LOG) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    var command = Command.parseFrom(record.value());
                    if (command.hasCreate() || command.hasAdvance() || command.hasPromote() || command.hasResume()) {
                        raises.merge(command.getRolloutId(), 1, Integer::sum);
                    }
                }
            }
        }
        return raises;
    }

    private Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 3,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS));
    }
}
