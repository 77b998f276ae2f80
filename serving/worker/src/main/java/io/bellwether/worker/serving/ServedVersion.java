package io.bellwether.worker.serving;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.Lane;
import io.bellwether.batching.VersionState;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.DeviceTime;
import io.bellwether.worker.lane.ExecutionStatistics;
import io.bellwether.worker.lane.LanePolicy;
import io.bellwether.worker.lane.LaneQueue;
import io.bellwether.worker.lane.RunnerContext;
import io.bellwether.worker.lane.RunnerThread;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model version: its state, its two lanes and their runner threads. Loading and closing happen on one thread at a
 * time; queueing and looking at the state on any.
 */
public final class ServedVersion {
    private static final Logger LOG = LoggerFactory.getLogger(ServedVersion.class);

    /** Admission takes microseconds; longer than this it is stuck, and its request is refused. */
    private static final long DRAIN_GATE_NANOS = 1_000_000_000L;

    private final Loadable described;
    private final Loadable files;
    private final Fingerprint fingerprint;
    private final ModelCells cells;
    private final Tally tally;
    private final Surroundings surroundings;
    private final WorkerMetrics.Version meters;
    private final ExecutionStatistics statistics;
    private final Map<Lane, LaneQueue> queues = new EnumMap<>(Lane.class);
    private final Map<Lane, WorkerMetrics.LaneMeters> laneMeters = new EnumMap<>(Lane.class);
    private final RunningProgram program;
    private final AdmissionGate gate = new AdmissionGate();
    private final OnDemand demand;
    private final VersionProgress progress;
    private volatile boolean retiring;
    private volatile String remark = "";

    public ServedVersion(Loadable files, Fingerprint fingerprint, ModelCells cells, Surroundings surroundings) {
        this(
                files,
                files,
                fingerprint,
                cells,
                surroundings,
                new ExecutionStatistics(files.spec().forwardRowsMax()));
    }

    private ServedVersion(
            Loadable described,
            Loadable files,
            Fingerprint fingerprint,
            ModelCells cells,
            Surroundings surroundings,
            ExecutionStatistics statistics) {
        this.described = described;
        this.files = files;
        this.fingerprint = fingerprint;
        this.cells = cells;
        this.tally = new Tally(files.spec());
        this.surroundings = surroundings;
        this.program = new RunningProgram(files, fingerprint, surroundings.survival());
        this.progress = new VersionProgress(files, surroundings.clock());
        this.demand = new OnDemand(files.spec().hosting().onDemand(), now());
        this.meters = surroundings.metrics().version(files.model(), files.version());
        ModelSpec spec = files.spec();
        this.statistics = statistics;
        for (Lane lane : Lane.values()) {
            LaneQueue queue = new LaneQueue(LanePolicy.of(spec), surroundings.clock(), surroundings.wakeBy());
            queues.put(lane, queue);
            laneMeters.put(lane, meters.lane(lane));
        }
    }

    /** The same version, not in memory; its statistics go on. */
    ServedVersion anew() {
        return new ServedVersion(described, files, fingerprint, cells, surroundings, statistics);
    }

    /** The same version, not in memory, as it is to run on this machine. */
    ServedVersion with(InstanceChoice choice) {
        return new ServedVersion(described, described.with(choice), fingerprint, cells, surroundings, statistics);
    }

    /** What it was read from, with what its description leaves open. */
    Loadable described() {
        return described;
    }

    /** What it was read from; numbers that its description leaves open are those of this machine, once they are known. */
    public Loadable files() {
        return files;
    }

    /** What tells its files from later ones of the same name. */
    Fingerprint fingerprint() {
        return fingerprint;
    }

    /** What turns its texts into tokens; empty while it is not loaded and for models that take no text. */
    public Optional<TextTokenizer> tokenizer() {
        return program.tokenizer();
    }

    public ModelCells cells() {
        return cells;
    }

    public WorkerMetrics.Version meters() {
        return meters;
    }

    /** What it did since its files were first loaded; what was done before it left memory counts too. */
    public ExecutionStatistics statistics() {
        return statistics;
    }

    public VersionState state() {
        return progress.state();
    }

    /** Through here a request passes from the picture that it found this version in to a queue of it. */
    public AdmissionGate gate() {
        return gate;
    }

    /** Who wanted it and when. */
    public OnDemand demand() {
        return demand;
    }

    /** Whether it will be unloaded soon: it still serves, and whoever can should go elsewhere. */
    boolean retiring() {
        return retiring;
    }

    /** From now on it is to be avoided. */
    void retire() {
        retiring = true;
    }

    /** Something to know about it although it serves; usually empty. */
    String remark() {
        return remark;
    }

    void remark(String text) {
        remark = text;
    }

    /** From now on the gauges of this model version show this one and not the one that it replaces. */
    void measure() {
        meters.show(VersionProgress.STATES, () -> state().label(), lane -> queue(lane)
                .queuedRequests());
        meters.showParallelism(files.spec().instances(), files.spec().intraOpThreads());
        meters.showCapacity(() -> CapacityReading.of(this).promise());
    }

    /**
     * Reads the program and warms the engine on every runner thread. Afterwards the state is Warming, or Failed.
     *
     * @param gently one thread after the other, because others serve meanwhile
     */
    public void load(InferenceEngine engine, boolean gently) {
        progress.loading();
        ModelSource source = files.source();
        try {
            LoadedModel loaded = program.open(engine, source);
            progress.warming();
            List<CompletableFuture<WarmUpProfile>> warming = new ArrayList<>();
            for (Lane lane : Lane.values()) {
                for (int instance = 0; instance < files.spec().instances(); instance++) {
                    RunnerThread runner = runner(lane, instance, source, loaded);
                    CompletableFuture<WarmUpProfile> profile =
                            program.start(runner).thenApply(measured -> warmed(lane, measured));
                    warming.add(profile);
                    if (gently) {
                        profile.join();
                    }
                }
            }
            List<WarmUpProfile> profiles =
                    warming.stream().map(CompletableFuture::join).toList();
            LanePolicy.objection(files.spec(), profiles).ifPresent(this::fail);
        } catch (EngineFault fault) {
            LOG.warn(
                    "model={} version={} reason={} detail=\"{}\" not loaded",
                    files.model(),
                    files.version(),
                    fault.kind(),
                    fault.detail());
            fail(reason(fault));
        } catch (CompletionException e) {
            fail(e.getCause() instanceof EngineFault fault ? reason(fault) : "its warm-up failed; see the log");
        }
    }

    /** What varies in length is learnt from requests: the warm-up has one length only. */
    private WarmUpProfile warmed(Lane lane, WarmUpProfile profile) {
        if (files.spec().inputs().stream().noneMatch(TensorSpec::varies)) {
            profile.timings().forEach(timing -> queue(lane).profiled(timing.items(), timing.bestWallNanos()));
        }
        return profile;
    }

    /** The whole path is warm: from now on it takes requests. No effect when it failed meanwhile. */
    public void ready() {
        progress.ready();
    }

    /** It can serve no more: what waits is answered and nothing new is taken. */
    void fail(String reason) {
        progress.failed(reason);
        queues.values().forEach(LaneQueue::close);
        refuseWaiting();
    }

    /** The queue of one of its lanes. */
    public LaneQueue queue(Lane lane) {
        return Objects.requireNonNull(queues.get(lane));
    }

    /**
     * Takes nothing new; what it took is finished. A request that already found this version still gets in, so the picture
     * must not show it any more.
     */
    void drain() {
        gate.close(DRAIN_GATE_NANOS);
        progress.draining();
        queues.values().forEach(LaneQueue::close);
    }

    /**
     * Waits for the runner threads, refuses what still waits at the deadline, and frees the program. A failed version stays
     * failed, so that one can ask why.
     */
    public void close(long deadlineNanos) throws InterruptedException {
        drain();
        boolean ended = program.join(() -> (deadlineNanos - now()) / 1_000_000);
        refuseWaiting();
        program.close(ended);
        progress.gone();
    }

    private RunnerThread runner(Lane lane, int instance, ModelSource source, LoadedModel loaded) {
        String name = "runner-" + source.label() + "-" + lane + "-" + instance;
        RunnerContext context = new RunnerContext(
                files.model(),
                files.version(),
                files.spec(),
                files.classLabels(),
                queue(lane),
                cells,
                tally,
                surroundings.telemetryOn(),
                meters,
                Objects.requireNonNull(laneMeters.get(lane)),
                statistics,
                surroundings.clock(),
                System::currentTimeMillis,
                surroundings.seed() ^ name.hashCode(),
                program.mark());
        RunnerThread.Program runs = new RunnerThread.Program(
                loaded, source, DeviceTime.of(files.spec(), surroundings.prices()), surroundings.warmUpRepeats());
        return new RunnerThread(name, context, runs, this::fail);
    }

    private void refuseWaiting() {
        Refusal refusal = new Refusal(
                FailureReason.NOT_READY,
                "model '" + files.model() + "' version '" + files.version() + "' is not ready");
        queues.values().forEach(queue -> queue.drain()
                .forEach(waiting -> waiting.work().refuse(refusal)));
    }

    private static String reason(EngineFault fault) {
        return String.valueOf(fault.getMessage());
    }

    private long now() {
        return surroundings.clock().getAsLong();
    }
}
