package io.bellwether.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Lane;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The names are compared with the list of them by {@code WorkerBootTest}, which reads the real scrape. */
class WorkerMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WorkerMetrics metrics = new WorkerMetrics(registry);

    @Test
    void moneyAndTimeAreInBaseUnits() {
        // When
        metrics.version("m", "1").charged(2_500_000_000L, 3_000_000_000_000L);

        // Then
        assertThat(registry.get("bellwether.worker.device").counter().count()).isEqualTo(2.5);
        assertThat(registry.get("bellwether.worker.device").counter().getId().getBaseUnit())
                .isEqualTo("seconds");
        assertThat(registry.get("bellwether.worker.cost").counter().count()).isEqualTo(3);
        assertThat(registry.get("bellwether.worker.cost").counter().getId().getBaseUnit())
                .isEqualTo("usd");
    }

    @Test
    void aVersionShowsOneStateAtATime() {
        // Given
        String[] present = {"LOADING"};
        metrics.version("m", "1").show(List.of("LOADING", "READY"), () -> present[0], lane -> 0);
        assertThat(state("loading")).isEqualTo(1);
        assertThat(state("ready")).isZero();

        // When
        present[0] = "READY";

        // Then
        assertThat(state("loading")).isZero();
        assertThat(state("ready")).isEqualTo(1);
    }

    @Test
    void outcomesAndLanesAreLabels() {
        // Given
        WorkerMetrics.Version version = metrics.version("m", "1");

        // When
        version.answered("QUEUE_FULL");
        version.answered("QUEUE_FULL");
        version.show(List.of(), () -> "", lane -> lane == Lane.COMPARED ? 7 : 1);
        version.lane(Lane.COMPARED).ran(3);

        // Then
        assertThat(registry.get("bellwether.worker.requests")
                        .tags("model", "m", "version", "1", "outcome", "queue_full")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("bellwether.worker.queue.requests")
                        .tag("lane", "compared")
                        .gauge()
                        .value())
                .isEqualTo(7);
    }

    @Test
    void aForgottenVersionLeavesNoMeterAndALaterOneStartsAtZero() {
        // Given
        WorkerMetrics.Version version = metrics.version("m", "1");
        version.show(List.of("READY"), () -> "READY", lane -> 3);
        version.lane(Lane.REST).ran(1);
        version.answered("ok");
        metrics.version("m", "2").answered("ok");

        // When
        metrics.forget("m", "1");

        // Then
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getTag("version")).isEqualTo("2"));
        metrics.version("m", "1").answered("ok");
        assertThat(registry.get("bellwether.worker.requests")
                        .tags("version", "1")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theGaugesOfAReplacedVersionShowTheNewOne() {
        // Given
        metrics.version("m", "1").show(List.of("READY"), () -> "DRAINING", lane -> 3);

        // When
        metrics.version("m", "1").show(List.of("READY"), () -> "READY", lane -> 4);

        // Then
        assertThat(state("ready")).isEqualTo(1);
        assertThat(registry.get("bellwether.worker.queue.requests")
                        .tag("lane", "rest")
                        .gauge()
                        .value())
                .isEqualTo(4);
    }

    private double state(String state) {
        return registry.get("bellwether.worker.model.state")
                .tag("state", state)
                .gauge()
                .value();
    }
}
