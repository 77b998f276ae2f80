package io.bellwether.deploy.chaos;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
        try (var consumer = consumer()) {
            for (var record : all(consumer, List.of(LOG))) {
                var command = Command.parseFrom(record.value());
                if (command.hasCreate() || command.hasAdvance() || command.hasPromote() || command.hasResume()) {
                    raises.merge(command.getRolloutId(), 1, Integer::sum);
                }
            }
        }
        return raises;
    }

    /** Requests that each gateway has counted in telemetry, over all its runs: of each cell what it said last. */
    Map<String, Long> counted() throws Exception {
        record Place(String process, long epoch, CellKey cell) {}
        record Said(long sequence, long requests) {}
        var newest = new HashMap<Place, Said>();
        try (var consumer = consumer()) {
            var partitions = consumer.partitionsFor(TelemetryTopics.AGGREGATES).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            for (var record : all(consumer, partitions)) {
                var snapshot = Snapshot.parseFrom(record.value());
                if (snapshot.getProcess() != Snapshot.Process.GATEWAY) {
                    continue;
                }
                for (var cell : snapshot.getCellsList()) {
                    newest.merge(
                            new Place(snapshot.getProcessId(), snapshot.getEpoch(), cell.getKey()),
                            new Said(snapshot.getSequence(), cell.getRequests()),
                            (one, other) -> one.sequence() > other.sequence() ? one : other);
                }
            }
        }
        var counted = new HashMap<String, Long>();
        newest.forEach((place, said) -> counted.merge(place.process(), said.requests(), Long::sum));
        return counted;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", cluster.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static List<ConsumerRecord<byte[], byte[]>> all(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }

    private Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrap(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS / 3,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS));
    }
}
