package io.bellwether.worker;

import io.bellwether.batching.VersionState;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.config.BindConfig;
import io.bellwether.worker.config.StartupChecks;
import io.bellwether.worker.config.WorkerConfig;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.edge.InFlight;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.edge.ServingHost;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.serving.EngineStart;
import io.bellwether.worker.serving.Repository;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.serving.Surroundings;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.warmup.LoopbackTarget;
import io.bellwether.worker.warmup.WarmUpTraffic;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker process: checks its settings, reads the repository, loads and warms every version on a thread of its own, and
 * drains when it is told to stop. Until it is ready the ports answer, and say that it is not.
 */
@Singleton
public class Worker implements ServingHost {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final WorkerConfig config;
    private final BindConfig bind;
    private final EngineStart engineStart;
    private final WorkerMetrics metrics;
    private final InFlight inFlight;
    private final RequestAdmission admission;
    private final TelemetryLoop telemetry;
    private final String warmUpToken = UUID.randomUUID().toString();
    private volatile ServedModels models = ServedModels.NONE;
    private volatile boolean warm;
    private @Nullable Thread loader;

    @Inject
    Worker(WorkerConfig config, BindConfig bind, EngineStart engineStart, MeterRegistry registry) {
        this.config = config;
        this.bind = bind;
        this.engineStart = engineStart;
        this.metrics = new WorkerMetrics(registry);
        this.inFlight =
                new InFlight(config.requests().inFlightMax(), config.requests().inFlightBytesMax());
        this.admission = new RequestAdmission(this::models, inFlight, metrics, limits(), Clocks.EDGE);
        this.telemetry = new TelemetryLoop(config, this::models, () -> warm);
        metrics.inFlight(inFlight::requests, inFlight::bytes);
        telemetry.measure(metrics);
    }

    @Override
    public RequestAdmission admission() {
        return admission;
    }

    @Override
    public ServedModels models() {
        return models;
    }

    @Override
    public boolean ready() {
        return !inFlight.closed() && models.ready();
    }

    @Override
    public String productVersion() {
        return bind.productVersion();
    }

    void onStart(@Observes StartupEvent event) {
        List<String> problems = StartupChecks.problems(config, bind.hosts());
        if (!problems.isEmpty()) {
            throw new ConfigurationException("The worker does not start: " + String.join(" | ", problems));
        }
        PriceSheet prices = PriceSheets.read(config.priceSheet());
        Surroundings surroundings = new Surroundings(
                metrics,
                prices,
                System::nanoTime,
                telemetry.on(),
                config.engine().warmUpRepeats(),
                System.nanoTime() ^ config.id().hashCode());
        ModelCells.Limits limits = new ModelCells.Limits(
                config.telemetry().cellsMax(),
                config.telemetry().cellRetention().toNanos());
        Repository repository = Repository.of(scan(), limits, surroundings);
        models = repository.models();
        logRefused(models);
        telemetry.start(repository.cells());
        Thread thread = new Thread(() -> loadAll(repository), "model-loader");
        thread.setDaemon(true);
        loader = thread;
        thread.start();
    }

    void onStop(@Observes ShutdownEvent event) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + config.drain().timeMax().toNanos();
        LOG.info("worker={} requests={} draining", config.id(), inFlight.requests());
        inFlight.close();
        Thread loading = loader;
        if (loading != null) {
            loading.interrupt();
            loading.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
        }
        models.versions().forEach(ServedVersion::drain);
        for (ServedVersion version : models.versions()) {
            version.close(deadlineNanos);
        }
        TimeUnit.NANOSECONDS.sleep(config.drain().linger().toNanos());
        telemetry.close(config.drain().telemetryTimeMax());
        LOG.info("worker={} requests={} drained", config.id(), inFlight.requests());
    }

    private void loadAll(Repository repository) {
        try {
            InferenceEngine engine = engineStart.start(new TorchEngineSettings(
                    repository.intraOpThreads(),
                    config.engine().nativeCache().map(Path::of),
                    config.engine().graphOptimizer()));
            repository.models().versions().forEach(version -> version.load(engine));
            warmAll(repository.models());
            warm = true;
        } catch (EngineFault fault) {
            LOG.error("reason={} detail=\"{}\" the engine does not start", fault.kind(), fault.detail());
            repository.models().versions().forEach(version -> version.fail(String.valueOf(fault.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("worker={} ready={} versions={}", config.id(), ready(), models.index());
    }

    private void warmAll(ServedModels loaded) throws InterruptedException {
        WorkerConfig.WarmUp settings = config.warmUp();
        WarmUpTraffic.Bounds bounds = new WarmUpTraffic.Bounds(
                settings.roundRequests(),
                settings.roundsMax(),
                settings.timeMax().toNanos(),
                settings.concurrency());
        try (LoopbackTarget target =
                new LoopbackTarget(bind.grpcHost(), bind.grpcPort(), bind.messageBytesMax(), bounds.nanosMax())) {
            WarmUpTraffic traffic = new WarmUpTraffic(target, bounds, warmUpToken, System::nanoTime);
            for (ServedVersion version : loaded.versions()) {
                warm(traffic, version);
            }
        }
    }

    private static void warm(WarmUpTraffic traffic, ServedVersion version) throws InterruptedException {
        if (!(version.state() instanceof VersionState.Warming)) {
            return;
        }
        WarmUpTraffic.Result result = traffic.warm(
                version.files().model(),
                version.files().version(),
                version.files().spec());
        LOG.info(
                "model={} version={} rounds={} failures={} firstMedianMicros={} lastMedianMicros={} steady={} warmed",
                version.files().model(),
                version.files().version(),
                result.rounds(),
                result.failures(),
                result.firstMedianNanos() / 1_000,
                result.lastMedianNanos() / 1_000,
                result.steady());
        version.ready();
    }

    private List<Entry> scan() {
        Path root = Path.of(config.repository());
        try {
            UnpackedArchives archives = config.archivesFolder()
                    .map(folder -> new UnpackedArchives(Path.of(folder), ArchiveLimits.DEFAULT))
                    .orElseGet(() -> ModelRepository.unpackedIn(root));
            return new ModelRepository(root, config.versionsMax(), archives).scan();
        } catch (IOException e) {
            throw new ConfigurationException("The worker does not start: worker.repository '" + root.toAbsolutePath()
                    + "' cannot be read; make it a folder with one folder for each model ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private RequestAdmission.Limits limits() {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits protocol = new ProtocolLimits(
                config.requests().bytesMax(),
                usual.jsonDepthMax(),
                usual.nameLengthMax(),
                usual.inputsMax(),
                usual.dimensionsMax(),
                usual.elementsMax(),
                usual.bytesElementMax());
        return new RequestAdmission.Limits(
                protocol, config.requests().deadlineMax().toNanos(), warmUpToken);
    }

    private static void logRefused(ServedModels models) {
        for (ServedModels.Line line : models.index()) {
            if (line.state().equals("UNAVAILABLE")) {
                LOG.warn("model={} version={} reason=\"{}\" refused", line.model(), line.version(), line.reason());
            }
        }
    }
}
