package io.bellwether.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Capacity;
import io.bellwether.batching.Lane;
import io.bellwether.batching.LatencyFit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
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
    void capacityIsNoValueUntilItIsKnown() {
        // Given
        WorkerMetrics.Promise[] now = {new WorkerMetrics.Promise(LatencyFit.UNKNOWN, Optional.empty(), 50)};
        metrics.version("m", "1").showCapacity(() -> now[0]);
        assertThat(gauge("latency.alpha.seconds")).isNaN();
        assertThat(gauge("promised.items.per.second")).isNaN();
        assertThat(gauge("head.room.items.per.second")).isNaN();

        // When
        now[0] = new WorkerMetrics.Promise(
                LatencyFit.exact(2e6, 1e6, 0.05),
                Optional.of(new Capacity(8, 10_000_000, 12_500_000, 250_000, 640, 800)),
                50);

        // Then
        assertThat(gauge("latency.alpha.seconds")).isEqualTo(0.002);
        assertThat(gauge("latency.beta.seconds")).isEqualTo(0.001);
        assertThat(gauge("latency.sigma.ratio")).isEqualTo(0.05);
        assertThat(gauge("best.batch.items")).isEqualTo(8);
        assertThat(gauge("best.batch.seconds")).isEqualTo(0.01);
        assertThat(gauge("best.batch.p99.seconds")).isEqualTo(0.0125);
        assertThat(gauge("best.batch.error.seconds")).isEqualTo(0.00025);
        assertThat(gauge("promised.items.per.second")).isEqualTo(640);
        assertThat(gauge("head.room.items.per.second")).isEqualTo(590);
    }

    @Test
    void instancesAndThreadsAreThoseOfTheVersionThatServes() {
        // Given
        metrics.version("m", "1").showParallelism(1, 1);

        // When
        metrics.version("m", "1").showParallelism(2, 4);

        // Then
        assertThat(gauge("instances")).isEqualTo(2);
        assertThat(gauge("intra.op.threads")).isEqualTo(4);
    }

    @Test
    void aForgottenVersionLeavesNoMeterAndALaterOneStartsAtZero() {
        // Given
        WorkerMetrics.Version version = metrics.version("m", "1");
        version.show(List.of("READY"), () -> "READY", lane -> 3);
        version.showCapacity(() -> WorkerMetrics.Promise.NONE);
        version.showParallelism(1, 1);
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

    private double gauge(String name) {
        return registry.get("bellwether.worker." + name)
                .tags("model", "m", "version", "1")
                .gauge()
                .value();
    }

    private double state(String state) {
        return registry.get("bellwether.worker.model.state")
                .tag("state", state)
                .gauge()
                .value();
    }
}
