package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.AdmissionConfig;
import io.bellwether.gateway.config.AdmissionTerms;
import io.bellwether.gateway.config.FleetConfig;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.config.HedgingConfig;
import io.bellwether.gateway.config.HedgingTerms;
import io.bellwether.gateway.config.StatusInterval;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.evidence.EvidenceReporter;
import io.bellwether.gateway.feedback.OutcomeBook;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.gateway.grpc.StreamLimits;
import io.bellwether.gateway.inference.Bookkeeping;
import io.bellwether.gateway.inference.Books;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Deadlines;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceLimits;
import io.bellwether.gateway.inference.ModelControl;
import io.bellwether.gateway.inference.RequestAdmission;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.Upstream;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.metrics.HedgeMetrics;
import io.bellwether.gateway.metrics.WorkerMetrics;
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.Dispatch.LostWork;
import io.bellwether.gateway.worker.GrpcWorkerLinks;
import io.bellwether.gateway.worker.Hedging;
import io.bellwether.gateway.worker.LoopAlarms;
import io.bellwether.gateway.worker.Outliers;
import io.bellwether.gateway.worker.RetryBudget;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.gateway.worker.WorkerDiscovery;
import io.bellwether.gateway.worker.WorkerSource;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.routing.admission.Tenants;
import io.bellwether.routing.outlier.OutlierSettings;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetrypublisher.PublisherSettings;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of the gateway from the configuration. The parts themselves know no framework. */
@ApplicationScoped
public class Assembly {

    @Produces
    @Singleton
    Timekeeper time() {
        return new Timekeeper.OfMachine();
    }

    @Produces
    @Singleton
    WarmUpToken warmUpToken() {
        return WarmUpToken.made();
    }

    @Produces
    @Singleton
    GatewayMetrics metrics(MeterRegistry registry) {
        return new GatewayMetrics(registry);
    }

    @Produces
    @Singleton
    WorkerMetrics workerMetrics(MeterRegistry registry) {
        return new WorkerMetrics(registry);
    }

    @Produces
    @Singleton
    WorkerDirectory directory(GatewayConfig config, FleetConfig fleet, Timekeeper time) {
        return new WorkerDirectory(
                List.of(),
                new WorkerDirectory.Settings(
                        config.workerLink().modelsMax(),
                        fleet.slowStart().toNanos(),
                        StatusInterval.silenceMax(fleet).toNanos()),
                time);
    }

    /** The links share the servers' event loops; there is no other way to them than the deprecated one. */
    @Produces
    @Singleton
    @SuppressWarnings("deprecation")
    WorkerDiscovery discovery(
            GatewayConfig config, FleetConfig fleet, WorkerDirectory directory, Vertx vertx, Timekeeper time) {
        return new WorkerDiscovery(
                config.workers().stream().map(WorkerSource::parse).toList(),
                host -> Arrays.stream(InetAddress.getAllByName(host))
                        .map(InetAddress::getHostAddress)
                        .toList(),
                address -> GrpcWorkerLinks.open(
                        address, config.workerLink(), StatusInterval.of(fleet), vertx.nettyEventLoopGroup(), time),
                directory,
                fleet.workersMax());
    }

    @Produces
    @Singleton
    Outliers outliers(FleetConfig fleet, WorkerDirectory directory) {
        OutlierSettings usual = OutlierSettings.DEFAULT;
        double outShareMax = fleet.ejectOutliers() ? fleet.ejectedShareMax() : 0;
        return new Outliers(directory, usual.withOutShareMax(outShareMax));
    }

    @Produces
    @Singleton
    Dispatch dispatch(WorkerDirectory directory, GatewayConfig config, Timekeeper time) {
        RetryBudget budget = new RetryBudget(
                config.workerLink().retryRatio(), config.workerLink().retryBurst());
        return new Dispatch(
                directory, budget, config.workerLink().retryLostWork() ? LostWork.GOES_ON : LostWork.FAILS, time);
    }

    /** As {@link #discovery}: on the loops that requests are on. */
    @Produces
    @Singleton
    @SuppressWarnings("deprecation")
    Hedging hedging(Dispatch dispatch, WorkerDirectory directory, HedgingConfig config, Vertx vertx, Timekeeper time) {
        return new Hedging(
                dispatch, directory, HedgingTerms.of(config), new LoopAlarms(vertx.nettyEventLoopGroup()), time);
    }

    @Produces
    @Singleton
    HedgeMetrics hedgeMetrics(MeterRegistry registry) {
        return new HedgeMetrics(registry);
    }

    @Produces
    @Singleton
    Evidence evidence(GatewayConfig config) {
        return new Evidence(config.workerLink().modelsMax(), config.telemetry().cellsMax());
    }

    @Produces
    @Singleton
    ClientMemories clientMemories(GatewayConfig config, ControlFold fold) {
        return new ClientMemories(
                config.telemetry().clientMemoriesMax(),
                new SecureRandom()::nextLong,
                () -> fold.state().liveRollouts().stream().map(Rollout.Live::id).collect(Collectors.toSet()));
    }

    @Produces
    @Singleton
    ArmOutcomes outcomes() {
        return new ArmOutcomes();
    }

    @Produces
    @Singleton
    Bookkeeping clients(
            GatewayConfig config,
            AdmissionConfig terms,
            Evidence evidence,
            ClientMemories memories,
            ArmOutcomes outcomes,
            GatewayMetrics metrics,
            Timekeeper time) {
        return new Bookkeeping(
                admission(terms, AdmissionTerms.tenants(terms), config, metrics, time),
                evidence,
                memories,
                outcomes,
                told(config, evidence, metrics, time),
                metrics);
    }

    /** The synthetic requests of the warm-up have limits like those of clients, and no quota. */
    @Produces
    @Singleton
    Books books(Bookkeeping clients, GatewayConfig config, AdmissionConfig terms, Timekeeper time) {
        GatewayMetrics unread = new GatewayMetrics(new SimpleMeterRegistry());
        Evidence evidence =
                new Evidence(config.workerLink().modelsMax(), config.telemetry().cellsMax());
        evidence.countFrom(0);
        return new Books(
                clients,
                new Bookkeeping(
                        admission(terms, new Tenants(Map.of()), config, unread, time),
                        evidence,
                        ClientMemories.none(),
                        new ArmOutcomes(),
                        told(config, evidence, unread, time),
                        unread));
    }

    private static OutcomeBook told(GatewayConfig config, Evidence evidence, GatewayMetrics metrics, Timekeeper time) {
        return new OutcomeBook(
                evidence,
                time,
                metrics,
                config.telemetry().feedback().outcomesAwaitedMax(),
                config.telemetry().feedback().outcomeWaitMax().toMillis());
    }

    private static RequestAdmission admission(
            AdmissionConfig terms, Tenants tenants, GatewayConfig config, GatewayMetrics metrics, Timekeeper time) {
        AdmissionControl control = new AdmissionControl(
                tenants, AdmissionTerms.limits(terms, config.limits().inFlightMax()), time.nanos());
        return new RequestAdmission(
                control,
                AdmissionTerms.tenantHeader(terms),
                terms.admission().waitMean().toNanos(),
                metrics,
                time);
    }

    @Produces
    @Singleton
    SnapshotPublisher publisher(GatewayConfig config) {
        return SnapshotPublisher.start(PublisherSettings.of(
                Snapshot.Process.GATEWAY,
                config.id(),
                config.kafka().bootstrap().orElse("")));
    }

    @Produces
    @Singleton
    EvidenceReporter reporter(
            Evidence evidence,
            ClientMemories clients,
            WorkerDirectory directory,
            SnapshotPublisher publisher,
            Timekeeper time,
            ControlPlane control) {
        return new EvidenceReporter(evidence, clients, directory, publisher, time, control.steps()::of);
    }

    @Produces
    @Singleton
    ControlFold fold() {
        return new ControlFold();
    }

    @Produces
    @Singleton
    TrafficGate gate(WorkerDirectory directory) {
        return new TrafficGate(directory);
    }

    @Produces
    @Singleton
    Catalog catalog(
            WorkerDirectory directory,
            ControlFold fold,
            GatewayConfig config,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        return new Catalog(directory, fold::routes, version, new ModelControl(directory, config.modelControlEnabled()));
    }

    @Produces
    @Singleton
    InferenceLimits limits(GatewayConfig config) {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits protocol = new ProtocolLimits(
                config.limits().bodyBytesMax(),
                usual.jsonDepthMax(),
                usual.nameLengthMax(),
                usual.inputsMax(),
                usual.dimensionsMax(),
                usual.elementsMax(),
                usual.bytesElementMax());
        Deadlines deadlines = new Deadlines(
                config.limits().deadlineDefault().toNanos(),
                config.limits().deadlineMax().toNanos());
        long quarterOfHeap = Runtime.getRuntime().maxMemory() / 4;
        long bodyBytesHeldMax =
                config.limits().bodyBytesHeldMax().orElse(Math.max(quarterOfHeap, protocol.bodyBytesMax()));
        return new InferenceLimits(protocol, deadlines, config.limits().inFlightMax(), bodyBytesHeldMax);
    }

    @Produces
    @Singleton
    StreamLimits streamLimits(GatewayConfig config) {
        return new StreamLimits(config.limits().streamsMax(), config.limits().streamRequestsMax());
    }

    @Produces
    @Singleton
    Upstream upstream(Dispatch dispatch, Hedging hedging, Shadows shadows) {
        return new Upstream(dispatch, hedging, shadows);
    }

    @Produces
    @Singleton
    PairBook pairs(GatewayConfig config, GatewayMetrics metrics, Evidence evidence, Timekeeper time) {
        return new PairBook(
                evidence,
                time,
                metrics,
                config.telemetry().feedback().labelsAwaitedMax(),
                config.telemetry().feedback().labelWaitMax().toMillis());
    }

    @Produces
    @Singleton
    Shadows shadows(Dispatch dispatch, GatewayConfig config, GatewayMetrics metrics, PairBook pairs) {
        long sixteenthOfHeap = Runtime.getRuntime().maxMemory() / 16;
        int copiesMax = config.limits().shadowCopiesMax();
        return new Shadows(
                dispatch,
                // Each copy is started and compared there.
                IdleThread.named("gateway-shadow", 2 * copiesMax),
                metrics,
                pairs,
                copiesMax,
                config.limits().shadowBytesHeldMax().orElse(sixteenthOfHeap));
    }

    @Produces
    @Singleton
    Inference inference(
            WorkerDirectory directory,
            Upstream upstream,
            ControlFold fold,
            Books books,
            Timekeeper time,
            InferenceLimits limits) {
        return new Inference(directory, upstream, fold::routes, books, time, limits);
    }
}
