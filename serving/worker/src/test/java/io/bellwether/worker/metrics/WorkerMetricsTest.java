package io.bellwether.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Lane;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Uses the registry that the framework ships at this version, which Micrometer has marked as the old one. */
@SuppressWarnings("deprecation")
class WorkerMetricsTest {
    @Test
    void theListedMetricsAreTheExportedOnes() throws IOException {
        // Given
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        WorkerMetrics metrics = new WorkerMetrics(registry);
        metrics.inFlight(() -> 1, () -> 2);
        metrics.telemetry(() -> 1, () -> 2, () -> 3, () -> 4);
        metrics.refusedEarly("MODEL_NOT_FOUND");
        WorkerMetrics.Version version = metrics.version("m", "1");
        version.answered("ok");
        version.states(List.of("READY"), () -> "READY");
        version.lane(Lane.REST, () -> 3).ran(2);

        // When
        List<String> exported = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .sorted()
                .toList();

        // Then
        assertThat(exported).isEqualTo(listed());
    }

    @Test
    void moneyAndTimeAreInBaseUnits() {
        // Given
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        WorkerMetrics.Version version = new WorkerMetrics(registry).version("m", "1");

        // When
        version.charged(2_500_000_000L, 3_000_000_000_000L);

        // Then
        assertThat(registry.scrape())
                .contains("bellwether_worker_device_seconds_total{model=\"m\",version=\"1\",} 2.5\n")
                .contains("bellwether_worker_cost_usd_total{model=\"m\",version=\"1\",} 3.0\n");
    }

    private static List<String> listed() throws IOException {
        try (InputStream list = WorkerMetrics.class.getResourceAsStream("/META-INF/bellwether-metrics.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
