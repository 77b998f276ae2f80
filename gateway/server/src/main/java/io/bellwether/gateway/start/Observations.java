package io.bellwether.gateway.start;

import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.inference.Bookkeeping;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.RequestAdmission;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.Upstream;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.metrics.HedgeMetrics;
import io.bellwether.gateway.metrics.WorkerMetrics;
import io.bellwether.gateway.worker.Hedging;
import io.bellwether.gateway.worker.Outliers;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import jakarta.inject.Singleton;

/** Connects what the parts know with the metrics that show it. */
@Singleton
public class Observations {
    private final GatewayMetrics metrics;
    private final GatewayMetrics.Observed observed;
    private final Workers workers;
    private final RequestAdmission admission;

    Observations(
            Bookkeeping clients,
            Inference inference,
            Upstream upstream,
            TrafficGate gate,
            ControlPlane control,
            Telemetry telemetry,
            Workers workers) {
        this.metrics = clients.metrics();
        this.admission = clients.admission();
        this.workers = workers;
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

    /** Who the workers are and how they fare. */
    @Singleton
    static class Workers {
        private final WorkerDirectory directory;
        private final Outliers outliers;
        private final Hedging hedging;
        private final WorkerMetrics metrics;
        private final HedgeMetrics hedges;

        Workers(
                WorkerDirectory directory,
                Outliers outliers,
                Hedging hedging,
                WorkerMetrics metrics,
                HedgeMetrics hedges) {
            this.hedging = hedging;
            this.metrics = metrics;
            this.hedges = hedges;
            this.directory = directory;
            this.outliers = outliers;
        }

        void register() {
            metrics.observeEjections(outliers::ejected);
            metrics.observeChoices(
                    () -> directory.choices().byTime(),
                    () -> directory.choices().byRequests());
            hedges.observe(hedging.counts());
            show();
        }

        void show() {
            metrics.observe(directory.reports().stream()
                    .map(report -> new WorkerMetrics.Observed(
                            report.worker().name(),
                            report.up(),
                            report.worker().inFlight(),
                            outliers.out(report.worker())))
                    .toList());
            hedges.show(hedging.delays());
        }
    }

    /** To be called now and then: lanes and workers come and go. */
    void onTick() {
        metrics.lanes(admission.readings());
        workers.show();
    }

    void register() {
        metrics.observe(observed);
        workers.register();
    }
}
