package io.bellwether.monitoring.runtime;

import io.bellwether.monitoring.MonitoringConfig;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of Kafka Streams. At-least-once is enough, because every fold takes a repeated record for what it is. Commits
 * are frequent and nothing is cached, so a restart repeats little.
 *
 * <p>Membership is static: a process that was killed and comes back under its name gets its work back at once, without
 * waiting for the session of its former self to expire.
 */
final class StreamsProperties {
    private StreamsProperties() {}

    static Properties of(MonitoringConfig config) {
        int sessionMillis = Math.toIntExact(config.kafka().sessionTimeout().toMillis());
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.kafka().applicationId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrap());
        properties.put(StreamsConfig.CLIENT_ID_CONFIG, config.id());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.kafka().threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.kafka().standbyReplicas());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.POLL_MS_CONFIG, 50);
        properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, 60_000);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 10_000);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(main(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), config.id());
        properties.put(consumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), sessionMillis);
        properties.put(consumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), sessionMillis / 4);
        properties.put(consumer(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 60_000);
        properties.put(consumer(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(consumer(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
        properties.put(producer(ProducerConfig.LINGER_MS_CONFIG), 5);
        properties.put(producer(ProducerConfig.ACKS_CONFIG), "all");
        properties.put(producer(ProducerConfig.BUFFER_MEMORY_CONFIG), 16 << 20);
        properties.put(producer(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
        return properties;
    }

    private static String main(String key) {
        return StreamsConfig.mainConsumerPrefix(key);
    }

    private static String consumer(String key) {
        return StreamsConfig.consumerPrefix(key);
    }

    private static String producer(String key) {
        return StreamsConfig.producerPrefix(key);
    }
}
