package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.AdmissionConfig;
import io.bellwether.gateway.config.AdmissionTerms;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.evidence.EvidenceReporter;
import io.bellwether.gateway.grpc.StreamLimits;
import io.bellwether.gateway.inference.Bookkeeping;
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
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.GrpcWorkerLinks;
import io.bellwether.gateway.worker.RetryBudget;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerAddress;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetrypublisher.PublisherSettings;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
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

    /** The links share the servers' event loops; there is no other way to them than the deprecated one. */
    @Produces
    @Singleton
    @SuppressWarnings("deprecation")
    WorkerDirectory directory(GatewayConfig config, Vertx vertx, Timekeeper time) {
        List<Worker> workers = config.workers().stream()
                .map(WorkerAddress::parse)
                .map(address -> new Worker(
                        address.toString(),
                        GrpcWorkerLinks.open(address, config.workerLink(), vertx.nettyEventLoopGroup(), time)))
                .toList();
        return new WorkerDirectory(workers, config.workerLink().modelsMax());
    }

    @Produces
    @Singleton
    Dispatch dispatch(WorkerDirectory directory, GatewayConfig config, Timekeeper time) {
        RetryBudget budget = new RetryBudget(
                config.workerLink().retryRatio(), config.workerLink().retryBurst());
        return new Dispatch(directory, budget, time);
    }

    @Produces
    @Singleton
    Evidence evidence(GatewayConfig config) {
        return new Evidence(config.workerLink().modelsMax(), config.telemetry().cellsMax());
    }

    @Produces
    @Singleton
    ClientMemories clients(GatewayConfig config, ControlFold fold) {
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
    Bookkeeping books(Evidence evidence, ClientMemories clients, ArmOutcomes outcomes, GatewayMetrics metrics) {
        return new Bookkeeping(evidence, clients, outcomes, metrics);
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
            Timekeeper time) {
        return new EvidenceReporter(evidence, clients, directory, publisher, time);
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
    RequestAdmission admission(
            AdmissionConfig config, InferenceLimits limits, GatewayMetrics metrics, Timekeeper time) {
        AdmissionControl control = new AdmissionControl(
                AdmissionTerms.tenants(config), AdmissionTerms.limits(config, limits.inFlightMax()), time.nanos());
        return new RequestAdmission(
                control,
                AdmissionTerms.tenantHeader(config),
                config.admission().waitMean().toNanos(),
                metrics,
                time);
    }

    @Produces
    @Singleton
    Upstream upstream(RequestAdmission admission, Dispatch dispatch, Shadows shadows) {
        return new Upstream(admission, dispatch, shadows);
    }

    @Produces
    @Singleton
    Shadows shadows(Dispatch dispatch, GatewayConfig config, GatewayMetrics metrics) {
        long sixteenthOfHeap = Runtime.getRuntime().maxMemory() / 16;
        int copiesMax = config.limits().shadowCopiesMax();
        return new Shadows(
                dispatch,
                // Each copy is started and compared there.
                IdleThread.named("gateway-shadow", 2 * copiesMax),
                metrics,
                copiesMax,
                config.limits().shadowBytesHeldMax().orElse(sixteenthOfHeap));
    }

    @Produces
    @Singleton
    Inference inference(
            WorkerDirectory directory,
            Upstream upstream,
            ControlFold fold,
            Bookkeeping books,
            Timekeeper time,
            InferenceLimits limits) {
        return new Inference(directory, upstream, fold::routes, books, time, limits);
    }
}
