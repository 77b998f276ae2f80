package io.bellwether.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.evidence.Outcome;
import io.bellwether.gateway.worker.HedgeCounts;
import io.bellwether.gateway.worker.Hedging;
import io.bellwether.routing.admission.AdmissionControl.Reading;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The older registry gives the same names, and may be a test dependency: the newer one comes with the framework. */
@SuppressWarnings("deprecation")
class GatewayMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMetrics metrics = new GatewayMetrics(registry);

    @Test
    void theListedMetricsAreTheExportedOnes() throws IOException {
        // Given
        metrics.onAnswered("m", "1", "CONTROL", Outcome.OK, 1_000_000);
        metrics.observe(new GatewayMetrics.Observed(
                () -> 1,
                () -> 2,
                () -> 1,
                new GatewayMetrics.ControlSources(() -> 1, () -> 1, () -> 1, () -> 1, () -> 1),
                new GatewayMetrics.TelemetrySources(() -> 1, () -> 1, () -> 1, () -> 1)));
        WorkerMetrics workers = new WorkerMetrics(registry);
        workers.observe(List.of(new WorkerMetrics.Observed("w", true, 2, 0)));
        workers.observeEjections(() -> 0);
        workers.observeChoices(() -> 1, () -> 1);
        metrics.observeGuard(() -> 1, () -> 1, () -> 1, () -> 1);
        HedgeMetrics hedges = new HedgeMetrics(registry);
        hedges.observe(new HedgeCounts());
        hedges.show(List.of(new Hedging.Delay("m", "1", 10_000_000)));
        metrics.onAdmission("default", "admitted");
        metrics.lanes(List.of(new Reading("m", "1", 16, 3)));

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
    void requestsThatWentNowhereHaveNoModel() {
        // When
        metrics.onUnrouted(Outcome.INVALID);

        // Then
        assertThat(registry.get("bellwether.gateway.requests")
                        .tags("model", "none", "version", "none", "arm", "none", "outcome", "invalid")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void lanesThatAreGoneAreNoLongerExported() {
        // Given
        metrics.lanes(List.of(new Reading("m", "1", 16, 3), new Reading("m", "", 32, 4)));
        double limit = registry.get("bellwether.gateway.lane.limit")
                .tags("model", "m", "version", "compared")
                .gauge()
                .value();

        // When
        metrics.lanes(List.of(new Reading("m", "1", 17, 5)));

        // Then
        assertThat(limit).isEqualTo(32);
        assertThat(registry.get("bellwether.gateway.lane.limit").gauges())
                .singleElement()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(17));
        assertThat(registry.get("bellwether.gateway.lane.requests.in.flight")
                        .gauge()
                        .value())
                .isEqualTo(5);
    }

    @Test
    void durationsAreInSecondsWithBucketsToAlertOn() {
        // When
        metrics.onAnswered("m", "1", "CONTROL", Outcome.OK, 15_000_000);

        // Then
        List<String> buckets = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("bellwether_gateway_request_duration_seconds_bucket"))
                .toList();
        assertThat(buckets).anyMatch(line -> line.contains("le=\"0.01\"") && line.endsWith(" 0.0"));
        assertThat(buckets).anyMatch(line -> line.contains("le=\"0.02\"") && line.endsWith(" 1.0"));
    }

    private static List<String> listed() throws IOException {
        try (InputStream list = GatewayMetrics.class.getResourceAsStream("/META-INF/bellwether-metrics.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
