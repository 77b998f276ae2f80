package io.bellwether.monitoring.runtime;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.telemetry.TelemetryTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates the topics that monitoring owns, and looks whether the control log is there. The control log belongs to the
 * gateways: only they create it, so that it never comes into being with somebody else's settings.
 */
final class TopicSetup {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final String bootstrap;
    private final int partitions;

    TopicSetup(String bootstrap, int partitions) {
        this.bootstrap = bootstrap;
        this.partitions = partitions;
    }

    /** What was found. */
    sealed interface Found {
        /**
         * Everything is there.
         *
         * @param partitions of the snapshots' topic, as it is
         */
        record Ready(int partitions) implements Found {}

        /**
         * Something is missing.
         *
         * @param reason for people
         */
        record Missing(String reason) implements Found {}
    }

    /** Looks, and creates what is missing and ours. Takes a few seconds at most. */
    Found ensure() throws InterruptedException {
        try (Admin admin = Admin.create(properties())) {
            Set<String> names = admin.listTopics().names().get();
            create(admin, names, topic(TelemetryTopics.AGGREGATES, TelemetryTopics.AGGREGATES_RETENTION));
            create(admin, names, topic(TelemetryTopics.VERDICTS, TelemetryTopics.VERDICTS_RETENTION));
            create(admin, names, topic(TelemetryTopics.FEEDBACK, TelemetryTopics.FEEDBACK_RETENTION));
            if (!names.contains(ControlTopics.CONTROL_LOG)) {
                return new Found.Missing(
                        "topic " + ControlTopics.CONTROL_LOG + " is missing: start a gateway, it creates it");
            }
            TopicDescription snapshots = admin.describeTopics(List.of(TelemetryTopics.AGGREGATES))
                    .allTopicNames()
                    .get()
                    .get(TelemetryTopics.AGGREGATES);
            return snapshots == null
                    ? new Found.Missing("topic " + TelemetryTopics.AGGREGATES + " is being created")
                    : new Found.Ready(snapshots.partitions().size());
        } catch (ExecutionException | KafkaException e) {
            return new Found.Missing(
                    "Kafka does not answer at " + bootstrap + ": start it, or set monitoring.kafka.bootstrap");
        }
    }

    private NewTopic topic(String name, Duration retention) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()),
                        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20)));
    }

    private static void create(Admin admin, Set<String> names, NewTopic topic)
            throws InterruptedException, ExecutionException {
        if (names.contains(topic.name())) {
            return;
        }
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private Map<String, Object> properties() {
        return Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    }
}
