package io.bellwether.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Registries keep the objects of function counters weakly. A counter whose object is gone falls silent. */
class GcSafeCountersTest {
    @Test
    void countersOutliveTheirSuppliers() {
        // Given
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        WorkerMetrics metrics = new WorkerMetrics(registry);
        AtomicLong sent = new AtomicLong(1);
        metrics.telemetry(sent::get, () -> 0, () -> 0, () -> 0);

        // When
        System.gc();
        sent.set(5);

        // Then
        assertThat(registry.get("bellwether.worker.telemetry.snapshots.sent")
                        .functionCounter()
                        .count())
                .isEqualTo(5);
        assertThat(metrics).isNotNull();
    }
}
