package io.bellwether.loadtests;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.telemetry.TelemetryTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/** The topics of a platform without gateways, and how far monitoring has come in them. */
final class PlatformTopics implements AutoCloseable {
    /** As monitoring names its group by default. */
    private static final String GROUP = "bellwether-monitoring";

    private static final int CALL_MILLIS = 60_000;

    private final Admin admin;

    PlatformTopics(String bootstrap) {
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS));
    }

    /** Creates the control log as gateways do; monitoring makes the others. Waits for the broker for up to a minute. */
    void createControlLog() throws LoadProblem {
        NewTopic topic = new NewTopic(
                        ControlTopics.CONTROL_LOG, Optional.of(ControlTopics.CONTROL_LOG_PARTITIONS), Optional.empty())
                .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException | KafkaException e) {
            throw new LoadProblem("the broker made no control log; see kafka.log", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped while the control log was made", e);
        }
    }

    /**
     * Snapshots in Kafka and how many of them monitoring has taken in and committed, which it does five times a second.
     */
    record Progress(long written, long taken) {
        boolean isDone() {
            return taken >= written;
        }
    }

    Progress progress() throws LoadProblem {
        try {
            Map<TopicPartition, Long> taken = new HashMap<>();
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()) {
                if (entry.getKey().topic().equals(TelemetryTopics.AGGREGATES) && entry.getValue() != null) {
                    taken.put(entry.getKey(), entry.getValue().offset());
                }
            }
            Map<TopicPartition, ListOffsetsResultInfo> written = admin.listOffsets(taken.keySet().stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                    .all()
                    .get();
            return new Progress(
                    written.values().stream()
                            .mapToLong(ListOffsetsResultInfo::offset)
                            .sum(),
                    taken.values().stream().mapToLong(Long::longValue).sum());
        } catch (ExecutionException e) {
            throw new LoadProblem("cannot read how far monitoring has come", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped while reading how far monitoring has come", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
