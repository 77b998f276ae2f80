package io.bellwether.gateway.control;

import io.bellwether.controlapi.ControlTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic of the control log: makes it when it is missing, and tells one from another of the same name. */
final class ControlTopic {
    private final String bootstrap;
    private final short replicationFactor;
    private final Duration timeout;

    ControlTopic(String bootstrap, short replicationFactor, Duration timeout) {
        this.bootstrap = bootstrap;
        this.replicationFactor = replicationFactor;
        this.timeout = timeout;
    }

    /**
     * Makes sure that the topic exists. Blocks.
     *
     * @return its identity
     * @throws KafkaException if Kafka cannot be reached or refuses
     */
    String ensure() throws InterruptedException {
        int millis = Math.toIntExact(timeout.toMillis());
        Map<String, Object> properties = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        Admin admin = Admin.create(properties);
        try {
            Optional<String> id = describe(admin);
            if (id.isPresent()) {
                return id.get();
            }
            create(admin);
            return describe(admin).orElseThrow(() -> new KafkaException("the control log is not there yet"));
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private Optional<String> describe(Admin admin) throws InterruptedException {
        try {
            TopicDescription description = Objects.requireNonNull(
                            admin.describeTopics(List.of(ControlTopics.CONTROL_LOG))
                                    .topicNameValues()
                                    .get(ControlTopics.CONTROL_LOG))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(description.topicId().toString());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException(e);
        }
    }

    private void create(Admin admin) throws InterruptedException {
        NewTopic topic = new NewTopic(
                        ControlTopics.CONTROL_LOG, ControlTopics.CONTROL_LOG_PARTITIONS, replicationFactor)
                .configs(Map.of(
                        TopicConfig.RETENTION_MS_CONFIG, "-1",
                        TopicConfig.RETENTION_BYTES_CONFIG, "-1",
                        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
        try {
            admin.createTopics(List.of(topic)).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException(e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException(e);
        }
    }
}
