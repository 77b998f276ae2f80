package io.bellwether.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMappings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkerConfigTest {
    @Test
    void defaultsAreWhatTheDocumentationSays() {
        // When
        Map<String, String> defaults = new TreeMap<>();
        ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(WorkerConfig.class))
                .forEach((name, property) ->
                        defaults.put(name, property.hasDefaultValue() ? property.getDefaultValue() : "none"));

        // Then
        assertThat(defaults)
                .containsExactly(
                        Map.entry("worker.drain.delay", "1500ms"),
                        Map.entry("worker.drain.linger", "500ms"),
                        Map.entry("worker.drain.telemetry-time-max", "2s"),
                        Map.entry("worker.drain.time-max", "10s"),
                        Map.entry("worker.engine.forward-time-max", "60s"),
                        Map.entry("worker.engine.graph-optimizer", "true"),
                        Map.entry("worker.engine.native-cache", "none"),
                        Map.entry("worker.engine.warm-up-repeats", "3"),
                        Map.entry("worker.id", "worker-1"),
                        Map.entry("worker.insecure-allow-unauthenticated-remote-access", "false"),
                        Map.entry("worker.kafka.bootstrap", "none"),
                        Map.entry("worker.model-control.archives-folder", "none"),
                        Map.entry("worker.model-control.changes-pending-max", "64"),
                        Map.entry("worker.model-control.load-wait-max", "30s"),
                        Map.entry("worker.model-control.load-waiters-max", "256"),
                        Map.entry("worker.model-control.memory-mib-max", "none"),
                        Map.entry("worker.model-control.poll-interval", "none"),
                        Map.entry("worker.model-control.retire-time", "2500ms"),
                        Map.entry("worker.model-control.state-dir", "none"),
                        Map.entry("worker.model-control.trial", "true"),
                        Map.entry("worker.model-control.trial-time-max", "2m"),
                        Map.entry("worker.price-sheet", "none"),
                        Map.entry("worker.repository", "models"),
                        Map.entry("worker.requests.bytes-max", "16777216"),
                        Map.entry("worker.requests.deadline-max", "60s"),
                        Map.entry("worker.requests.in-flight-bytes-max", "268435456"),
                        Map.entry("worker.requests.in-flight-max", "4096"),
                        Map.entry("worker.telemetry.cell-retention", "90s"),
                        Map.entry("worker.telemetry.cells-max", "10000"),
                        Map.entry("worker.telemetry.embedding-sketches-max", "16"),
                        Map.entry("worker.telemetry.interval", "250ms"),
                        Map.entry("worker.versions-max", "64"),
                        Map.entry("worker.warm-up.concurrency", "8"),
                        Map.entry("worker.warm-up.first-time-max", "8s"),
                        Map.entry("worker.warm-up.round-requests", "100"),
                        Map.entry("worker.warm-up.rounds-max", "200"),
                        Map.entry("worker.warm-up.time-max", "5s"));
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertThatThrownBy(() -> SettingsFixture.config(Map.of("worker.repositry", "models")))
                .hasMessageContaining("worker.repositry");
    }

    @Test
    void anEmptyBootstrapMeansNoTelemetry() {
        assertThat(SettingsFixture.config(Map.of("worker.kafka.bootstrap", ""))
                        .kafka()
                        .bootstrap())
                .isEmpty();
    }
}
