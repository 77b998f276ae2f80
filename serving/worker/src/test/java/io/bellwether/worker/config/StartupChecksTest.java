package io.bellwether.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StartupChecksTest {
    private static final String HOST = "quarkus.grpc.server.host";

    @Test
    void loopbackStarts() {
        for (String host : new String[] {"127.0.0.1", "localhost", "::1"}) {
            assertThat(StartupChecks.problems(SettingsFixture.config(Map.of()), Map.of(HOST, host)))
                    .isEmpty();
        }
    }

    @Test
    void anOpenAddressDoesNotStartUnlessToldTo() {
        // Given
        Map<String, String> open = Map.of(HOST, "0.0.0.0");
        WorkerConfig insecure =
                SettingsFixture.config(Map.of("worker.insecure-allow-unauthenticated-remote-access", "true"));

        // Then
        assertThat(StartupChecks.problems(SettingsFixture.config(Map.of()), open))
                .singleElement()
                .asString()
                .contains(HOST, "0.0.0.0", "worker.insecure-allow-unauthenticated-remote-access=true");
        assertThat(StartupChecks.problems(insecure, open)).isEmpty();
    }

    @Test
    void limitsMustLimit() {
        // Given
        WorkerConfig config = SettingsFixture.config(Map.of(
                "worker.id", " ",
                "worker.requests.in-flight-max", "0",
                "worker.warm-up.concurrency", "-1",
                "worker.telemetry.cell-retention", "60s",
                "worker.telemetry.embedding-sketches-max", "17"));

        // Then
        assertThat(StartupChecks.problems(config, Map.of()))
                .hasSize(5)
                .anyMatch(text -> text.contains("worker.id"))
                .anyMatch(text -> text.contains("worker.requests.in-flight-max is 0"))
                .anyMatch(text -> text.contains("worker.warm-up.concurrency is -1"))
                .anyMatch(text -> text.contains("worker.telemetry.cell-retention"))
                .anyMatch(text -> text.contains("worker.telemetry.embedding-sketches-max is 17; use 0 to 16"));
    }
}
