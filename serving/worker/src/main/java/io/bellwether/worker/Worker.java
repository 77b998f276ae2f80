package io.bellwether.worker;

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
import io.bellwether.worker.lane.DeadlineWatch;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.serving.EngineStart;
import io.bellwether.worker.serving.Lifecycle;
import io.bellwether.worker.serving.Rehearsal;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.serving.Surroundings;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.trial.ClassData;
import io.bellwether.worker.trial.PassedTrials;
import io.bellwether.worker.trial.TrialCommand;
import io.bellwether.worker.trial.TrialProcess;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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

    private static final Duration HANG_LOOK = Duration.ofSeconds(1);
    private static final int EXIT_HUNG = 70;
    private static final long MEBIBYTE = 1L << 20;

    private final WorkerConfig config;
    private final BindConfig bind;
    private final EngineStart engineStart;
    private final WorkerMetrics metrics;
    private final InFlight inFlight;
    private final RequestAdmission admission;
    private final TelemetryLoop telemetry;
    private final DeadlineWatch deadlines = new DeadlineWatch(System::nanoTime);
    private final String warmUpToken = UUID.randomUUID().toString();
    private volatile @Nullable Lifecycle lifecycle;
    private volatile boolean served;
    private volatile boolean leaving;
    private @Nullable Survival survival;
    private Optional<ClassData> trialClassData = Optional.empty();

    @Inject
    Worker(WorkerConfig config, BindConfig bind, EngineStart engineStart, MeterRegistry registry) {
        this.config = config;
        this.bind = bind;
        this.engineStart = engineStart;
        this.metrics = new WorkerMetrics(registry);
        this.inFlight =
                new InFlight(config.requests().inFlightMax(), config.requests().inFlightBytesMax());
        this.admission =
                new RequestAdmission(this::models, this::loadOnDemand, inFlight, metrics, limits(), Clocks.EDGE);
        this.telemetry = new TelemetryLoop(config, this::started);
        metrics.inFlight(inFlight::requests, inFlight::bytes);
        telemetry.measure(metrics);
    }

    @Override
    public RequestAdmission admission() {
        return admission;
    }

    @Override
    public ServedModels models() {
        Lifecycle running = lifecycle;
        return running == null ? ServedModels.NONE : running.models();
    }

    @Override
    public Optional<Lifecycle> lifecycle() {
        return Optional.ofNullable(lifecycle);
    }

    /** Once everything is loaded that was there at the start; from then on models come and go while it stays ready. */
    @Override
    public boolean ready() {
        return !leaving && !inFlight.closed() && started() && servedOnce();
    }

    /** An empty worker is not ready; one whose models were all unloaded by request, also of an earlier process, is. */
    private boolean servedOnce() {
        Lifecycle running = lifecycle;
        served = served || models().anyTakesRequests() || (running != null && running.anyUnloaded());
        return served;
    }

    @Override
    public boolean leaving() {
        return leaving;
    }

    private CompletableFuture<Void> loadOnDemand(ServedVersion version) {
        Lifecycle running = lifecycle;
        return running == null ? CompletableFuture.completedFuture(null) : running.loadOnDemand(version);
    }

    private boolean started() {
        Lifecycle running = lifecycle;
        return running != null && running.started();
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
        Survival survival = survival();
        this.survival = survival;
        PriceSheet prices = PriceSheets.read(config.priceSheet());
        Surroundings surroundings = new Surroundings(
                metrics,
                prices,
                System::nanoTime,
                telemetry.on(),
                config.engine().warmUpRepeats(),
                System.nanoTime() ^ config.id().hashCode(),
                survival,
                deadlines::wakeBy);
        Lifecycle made = lifecycle(surroundings);
        lifecycle = made;
        telemetry.start(made.cells());
        deadlines.start(new DeadlineSweep(this::models, System::nanoTime));
        telemetry.every(HANG_LOOK, () -> endIfHung(survival));
        CompletableFuture<Void> unused = made.start().thenRun(() -> {
            logRefused(models());
            if (!servedOnce()) {
                LOG.warn(
                        "worker={} repository={} reason=NOTHING_SERVES {}; not ready before one serves",
                        config.id(),
                        config.repository(),
                        models().index().isEmpty() ? "holds no model" : "every model is refused");
            }
            LOG.info("worker={} ready={} versions={}", config.id(), ready(), models().index());
        });
    }

    private Lifecycle lifecycle(Surroundings surroundings) {
        ModelCells.Limits limits = new ModelCells.Limits(
                config.telemetry().cellsMax(),
                config.telemetry().cellRetention().toNanos(),
                config.telemetry().embeddingSketchesMax());
        Lifecycle.Rim rim = new Lifecycle.Rim(
                repository(),
                () -> engineStart.start(new TorchEngineSettings(
                        config.engine().nativeCache().map(Path::of),
                        config.engine().graphOptimizer())),
                rehearsal(),
                new PathPreparation(config.warmUp(), bind, limits(), this::started));
        WorkerConfig.ModelControl control = config.modelControl();
        Lifecycle.Settings settings = new Lifecycle.Settings(
                control.retireTime().toNanos(),
                config.drain().timeMax().toNanos(),
                control.pollInterval().map(Duration::toNanos).orElse(0L),
                control.changesPendingMax(),
                control.memoryMibMax().map(mib -> mib * MEBIBYTE).orElse(Long.MAX_VALUE / 2));
        return new Lifecycle(rim, settings, surroundings, limits);
    }

    /** A forward cannot be interrupted: only a new process gets a hung one out of the way. */
    private void endIfHung(Survival survival) {
        Duration timeMax = config.engine().forwardTimeMax();
        survival.marks().stuckFor(timeMax.toNanos(), System.nanoTime()).ifPresent(mark -> {
            LOG.error(
                    "version={} reason=HUNG an execution takes longer than {} s; the worker ends",
                    mark.label(),
                    timeMax.toMillis() / 1e3);
            Runtime.getRuntime().halt(EXIT_HUNG);
        });
    }

    private Rehearsal rehearsal() {
        WorkerConfig.ModelControl control = config.modelControl();
        if (!control.trial()) {
            return Worker::untried;
        }
        Optional<Path> state = config.modelControl().stateDir().map(Path::of);
        Optional<ClassData> classData = state.map(folder -> ClassData.in(folder.resolve("trial-classes")));
        trialClassData = classData;
        int processors = Runtime.getRuntime().availableProcessors();
        PassedTrials passed = state.map(folder -> PassedTrials.in(folder.resolve("trials"), processors))
                .orElseGet(PassedTrials::inMemory);
        TrialProcess trials = new TrialProcess(
                urgency -> trialCommand(state, classData).words(urgency),
                passed,
                control.trialTimeMax().toNanos(),
                processors);
        return versions -> {
            Map<Loadable, Rehearsal.Verdict> verdicts = trials.verdicts(versions);
            classData.ifPresent(ClassData::makeMissingBehind);
            return verdicts;
        };
    }

    private TrialCommand trialCommand(Optional<Path> state, Optional<ClassData> classData) {
        return new TrialCommand(
                Path.of(config.repository()),
                config.versionsMax(),
                config.engine().nativeCache(),
                config.engine().graphOptimizer(),
                config.modelControl().archivesFolder(),
                state.map(folder -> folder.resolve("trial_hs_err.log")),
                classData.map(ClassData::flags).orElse(List.of()));
    }

    private static Map<Loadable, Rehearsal.Verdict> untried(Map<Loadable, Fingerprint> versions) {
        versions.keySet().stream()
                .filter(version -> version.spec().parallelism().isAuto())
                .forEach(version -> LOG.warn(
                        "model={} version={} instances and threads that are left open are 1: nothing is measured with"
                                + " worker.model-control.trial=false",
                        version.model(),
                        version.version()));
        return Map.of();
    }

    private Survival survival() {
        if (config.modelControl().stateDir().isEmpty()) {
            return Survival.forgetful();
        }
        try {
            return Survival.open(Path.of(config.modelControl().stateDir().get()), System.currentTimeMillis());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The worker does not start: worker.model-control.state-dir cannot be written;"
                            + " make it a folder of this user (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Refuses to start on a folder that is none: an empty one may be filled later, a wrong one is a mistake. */
    private ModelRepository repository() {
        Path root = Path.of(config.repository());
        if (!Files.isDirectory(root) || !Files.isReadable(root)) {
            throw new ConfigurationException("The worker does not start: worker.repository '" + root.toAbsolutePath()
                    + "' cannot be read; make it a folder with one folder for each model");
        }
        UnpackedArchives archives = config.modelControl()
                .archivesFolder()
                .map(folder -> new UnpackedArchives(Path.of(folder), ArchiveLimits.DEFAULT))
                .orElseGet(() -> ModelRepository.unpackedIn(root));
        return new ModelRepository(root, config.versionsMax(), archives);
    }

    /** First of all, so that who is told of it finds it so. */
    void onLeaving(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event) {
        leaving = true;
    }

    void onStop(@Observes ShutdownEvent event) throws InterruptedException {
        LOG.info("worker={} leaving", config.id());
        TimeUnit.NANOSECONDS.sleep(config.drain().delay().toNanos());
        trialClassData.ifPresent(ClassData::close);
        long deadlineNanos = System.nanoTime() + config.drain().timeMax().toNanos();
        LOG.info("worker={} requests={} draining", config.id(), inFlight.requests());
        inFlight.close();
        Lifecycle running = lifecycle;
        if (running != null) {
            running.stop(deadlineNanos);
        }
        TimeUnit.NANOSECONDS.sleep(config.drain().linger().toNanos());
        deadlines.close();
        telemetry.close(config.drain().telemetryTimeMax());
        if (survival != null) {
            survival.endWell();
        }
        LOG.info("worker={} requests={} drained", config.id(), inFlight.requests());
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
                protocol,
                config.requests().deadlineMax().toNanos(),
                warmUpToken,
                config.modelControl().loadWaitMax().toNanos(),
                config.modelControl().loadWaitersMax());
    }

    private static void logRefused(ServedModels models) {
        for (ServedModels.Line line : models.index()) {
            if (line.state().equals("UNAVAILABLE")) {
                LOG.warn("model={} version={} reason=\"{}\" refused", line.model(), line.version(), line.reason());
            }
        }
    }
}
