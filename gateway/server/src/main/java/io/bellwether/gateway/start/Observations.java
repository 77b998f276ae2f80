package io.bellwether.gateway.start;

import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.RequestAdmission;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.Upstream;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import jakarta.inject.Singleton;

/** Connects what the parts know with the metrics that show it. */
@Singleton
public class Observations {
    private final GatewayMetrics metrics;
    private final GatewayMetrics.Observed observed;
    private final WorkerDirectory directory;
    private final RequestAdmission admission;

    Observations(
            GatewayMetrics metrics,
            Inference inference,
            Upstream upstream,
            TrafficGate gate,
            ControlPlane control,
            Telemetry telemetry,
            WorkerDirectory directory) {
        this.metrics = metrics;
        this.admission = upstream.admission();
        this.directory = directory;
        this.observed = new GatewayMetrics.Observed(
                inference::inFlight,
                upstream.dispatch()::retries,
                () -> gate.isReady() ? 1 : 0,
                control.metrics(),
                telemetry.metrics());
    }

    /** Where telemetry is counted and sent. */
    @Singleton
    static class Telemetry {
        private final Evidence evidence;
        private final SnapshotPublisher publisher;

        Telemetry(Evidence evidence, SnapshotPublisher publisher) {
            this.evidence = evidence;
            this.publisher = publisher;
        }

        GatewayMetrics.TelemetrySources metrics() {
            return new GatewayMetrics.TelemetrySources(
                    () -> publisher.stats().cellsDropped(),
                    evidence::uncounted,
                    () -> publisher.stats().snapshotsSent(),
                    () -> publisher.stats().sendsFailed());
        }
    }

    /** To be called now and then: lanes come and go. */
    void onTick() {
        metrics.lanes(admission.readings());
    }

    void register() {
        metrics.observe(observed);
        directory
                .workers()
                .forEach(worker ->
                        metrics.observeWorker(worker.name(), () -> directory.up(worker) ? 1 : 0, worker::inFlight));
    }
}
