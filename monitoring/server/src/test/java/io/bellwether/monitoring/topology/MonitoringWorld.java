package io.bellwether.monitoring.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.MonitoringMetrics;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.monitoring.replay.Replay;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The whole topology in virtual time. Keeps every verdict and every command, and can kill the topology and start it
 * again from what its changelog and the control log hold, as a new process would.
 */
public final class MonitoringWorld implements AutoCloseable {
    final List<Verdict> verdicts = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<Command> controlLog = new ArrayList<>();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Commanded> commanded = new ArrayList<>();
    private final List<Concluded> concluded = new ArrayList<>();
    private Instant now;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> snapshots;
    private TestInputTopic<String, byte[]> control;
    private TestOutputTopic<String, byte[]> verdictsOut;
    private TestOutputTopic<String, byte[]> commandsOut;

    public MonitoringWorld(long startMillis) {
        now = Instant.ofEpochMilli(startMillis);
        start(Map.of());
    }

    public long nowMillis() {
        return now.toEpochMilli();
    }

    /** A command of a person. */
    public void command(Command command) {
        log(command);
        control.pipeInput(command.getModel(), command.toByteArray());
    }

    public void deliver(Snapshot snapshot) {
        counted.add(new Counted(place(counted.size()), snapshot));
        deliver(snapshot.getModel(), snapshot.toByteArray());
    }

    void deliver(String key, byte[] value) {
        snapshots.pipeInput(key, value);
        collect();
    }

    public void advanceTo(long millis) {
        Duration passed = Duration.between(now, Instant.ofEpochMilli(millis));
        now = Instant.ofEpochMilli(millis);
        driver.advanceWallClockTime(passed);
        collect();
    }

    /** The fleet reports and the clock follows, for a number of seconds. */
    public void run(SimulatedFleet fleet, int seconds) {
        for (int i = 0; i < seconds * 1_000L / SimulatedFleet.TICK_MILLIS; i++) {
            fleet.tick().forEach(this::deliver);
            advanceTo(fleet.nowMillis());
        }
    }

    /** Kill and start: only the changelog and the control log survive. */
    void killAndStart() {
        Map<String, byte[]> changelog = new LinkedHashMap<>();
        KeyValueStore<String, byte[]> memory = driver.getKeyValueStore(MonitoringTopology.MEMORY_STORE);
        try (var all = memory.all()) {
            all.forEachRemaining(entry -> changelog.put(entry.key, entry.value));
        }
        driver.close();
        start(changelog);
    }

    /** The snapshots as they lie on their topic, as long as only whole ones were delivered. */
    public List<Counted> counted() {
        return List.copyOf(counted);
    }

    /** The control log. */
    public List<Commanded> commanded() {
        return List.copyOf(commanded);
    }

    /** The verdicts with the checksums of their bytes. */
    public List<Concluded> concluded() {
        return List.copyOf(concluded);
    }

    Verdict lastVerdict() {
        return verdicts.get(verdicts.size() - 1);
    }

    @Override
    public void close() {
        driver.close();
    }

    private void start(Map<String, byte[]> changelog) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        MonitoringTopology.Settings settings = new MonitoringTopology.Settings(
                FoldSettings.DEFAULTS, new JudgeSettings(new EvaluationSettings(10, 10, 20), 500, 1_000, 2_000), 1, 3);
        driver = new TopologyTestDriver(
                MonitoringTopology.build(settings, new MonitoringMetrics(registry), new Filled(changelog)),
                properties,
                now);
        StringSerializer text = new StringSerializer();
        ByteArraySerializer bytes = new ByteArraySerializer();
        snapshots = driver.createInputTopic(TelemetryTopics.AGGREGATES, text, bytes);
        control = driver.createInputTopic(ControlTopics.CONTROL_LOG, text, bytes);
        verdictsOut = driver.createOutputTopic(
                TelemetryTopics.VERDICTS, new StringDeserializer(), new ByteArrayDeserializer());
        commandsOut = driver.createOutputTopic(
                ControlTopics.CONTROL_LOG, new StringDeserializer(), new ByteArrayDeserializer());
        controlLog.forEach(command -> control.pipeInput(command.getModel(), command.toByteArray()));
    }

    /** A store that holds what was restored before the topology sees it. */
    private record Filled(Map<String, byte[]> content) implements KeyValueBytesStoreSupplier {
        @Override
        public String name() {
            return MonitoringTopology.MEMORY_STORE;
        }

        @Override
        public KeyValueStore<Bytes, byte[]> get() {
            KeyValueStore<Bytes, byte[]> store =
                    Stores.inMemoryKeyValueStore(name()).get();
            content.forEach((key, value) -> store.put(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8)), value));
            return store;
        }

        @Override
        public String metricsScope() {
            return "in-memory";
        }
    }

    private void log(Command command) {
        commanded.add(new Commanded(place(controlLog.size()), command));
        controlLog.add(command);
    }

    private Recorded.Place place(long offset) {
        return new Recorded.Place(0, offset, now.toEpochMilli());
    }

    private void collect() {
        try {
            for (byte[] value : verdictsOut.readValuesToList()) {
                verdicts.add(Verdict.parseFrom(value));
                concluded.add(new Concluded(place(concluded.size()), Verdict.parseFrom(value), Replay.sha256(value)));
            }
            for (byte[] value : commandsOut.readValuesToList()) {
                Command command = Command.parseFrom(value);
                commands.add(command);
                log(command);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
