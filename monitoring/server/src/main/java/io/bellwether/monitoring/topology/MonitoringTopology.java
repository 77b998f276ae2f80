package io.bellwether.monitoring.topology;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.monitoring.MonitoringMetrics;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.telemetry.TelemetryTopics;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Snapshots in, verdicts and commands out:
 *
 * <pre>
 * infer.agg.v1 ------> models (store: memory, with changelog) --> monitor.verdict.v1
 *                        ^                                    `-> control.log.v1
 * control.log.v1 --> control fold (global store: control)
 * </pre>
 */
public final class MonitoringTopology {
    static final String MEMORY_STORE = "memory";
    static final String CONTROL_STORE = "control";
    static final String VERDICTS = "verdicts";
    static final String COMMANDS = "commands";

    private static final String SNAPSHOTS = "snapshots";
    private static final String MODELS = "models";

    /** Small segments, cleaned often: a restart reads little. */
    private static final Map<String, String> CHANGELOG = Map.of(
            TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1",
            TopicConfig.DELETE_RETENTION_MS_CONFIG, "60000");

    private MonitoringTopology() {}

    /**
     * What the topology needs to know.
     *
     * @param fold limits of the folds
     * @param judge how often to judge
     * @param partitions partitions of the snapshots' topic
     * @param modelsMax models per partition
     */
    public record Settings(FoldSettings fold, JudgeSettings judge, int partitions, int modelsMax) {}

    /** Builds the topology. */
    public static Topology build(Settings settings, MonitoringMetrics metrics) {
        return build(settings, metrics, Stores.inMemoryKeyValueStore(MEMORY_STORE));
    }

    /** The same with a store that a test has filled. */
    static Topology build(Settings settings, MonitoringMetrics metrics, KeyValueBytesStoreSupplier memoryStore) {
        Topology topology = new Topology();
        StoreBuilder<KeyValueStore<String, byte[]>> control = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(CONTROL_STORE), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled();
        topology.addGlobalStore(
                control,
                "control-log",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                ControlTopics.CONTROL_LOG,
                "control-fold",
                () -> new ControlFoldProcessor(metrics));
        StoreBuilder<KeyValueStore<String, byte[]>> memory = Stores.keyValueStoreBuilder(
                        memoryStore, Serdes.String(), Serdes.ByteArray())
                .withLoggingEnabled(CHANGELOG)
                .withCachingDisabled();
        topology.addSource(SNAPSHOTS, new StringDeserializer(), new ByteArrayDeserializer(), TelemetryTopics.AGGREGATES)
                .addProcessor(MODELS, () -> new ModelProcessor(settings, metrics), SNAPSHOTS)
                .addStateStore(memory, MODELS)
                .addSink(VERDICTS, TelemetryTopics.VERDICTS, new StringSerializer(), new ByteArraySerializer(), MODELS)
                .addSink(
                        COMMANDS, ControlTopics.CONTROL_LOG, new StringSerializer(), new ByteArraySerializer(), MODELS);
        return topology;
    }
}
