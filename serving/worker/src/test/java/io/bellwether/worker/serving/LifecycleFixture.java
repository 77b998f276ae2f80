package io.bellwether.worker.serving;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.program.ProgramBytes;
import io.bellwether.worker.serving.Rehearsal.Verdict;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A life cycle over a real folder with the synthetic engine; what is tried and prepared is in the hands of the test. */
public final class LifecycleFixture implements AutoCloseable {
    static final long MEMORY_MIB_MAX = 100;

    public final SyntheticEngine engine = SyntheticEngine.steady();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final WorkerMetrics metrics = new WorkerMetrics(registry);
    public final Lifecycle lifecycle;
    final Map<String, String> failingTrials = new HashMap<>();
    public final Map<String, InstanceChoice> chosen = new HashMap<>();
    public volatile Runnable duringTrial = () -> {};
    final AtomicInteger prepared = new AtomicInteger();
    volatile Preparation preparation = version -> Optional.empty();
    volatile boolean gentle;
    private final Path root;
    private int changes;

    /**
     * @param retireNanos as in {@link Lifecycle.Settings}
     * @param pollNanos as there
     */
    public LifecycleFixture(Path root, long retireNanos, long pollNanos) {
        this(root, retireNanos, pollNanos, Survival.forgetful());
    }

    LifecycleFixture(Path root, long retireNanos, long pollNanos, Survival survival) {
        this.root = root;
        Surroundings surroundings =
                new Surroundings(metrics, new PriceSheet(1, 1), System::nanoTime, true, 1, 7, survival, at -> {});
        Lifecycle.Rim rim =
                new Lifecycle.Rim(new ModelRepository(root, 64), () -> engine, this::tried, new Preparation() {
                    @Override
                    public Optional<String> prepare(ServedVersion version) throws InterruptedException {
                        prepared.incrementAndGet();
                        return preparation.prepare(version);
                    }

                    @Override
                    public boolean isGentle() {
                        return gentle;
                    }
                });
        this.lifecycle = new Lifecycle(
                rim,
                new Lifecycle.Settings(retireNanos, TimeUnit.SECONDS.toNanos(10), pollNanos, 8, MEMORY_MIB_MAX << 20),
                surroundings,
                new ModelCells.Limits(100, Long.MAX_VALUE));
    }

    /** Writes the files of a version, other ones at each call. */
    public void write(String model, String version) throws IOException {
        write(model, version, "");
    }

    /** The same with more lines in {@code model.yaml}. */
    public void write(String model, String version, String more) throws IOException {
        Path folder = Files.createDirectories(root.resolve(model).resolve(version));
        Files.writeString(
                root.resolve(model).resolve("model.yaml"),
                """
                max_batch_size: 8
                inputs: [{name: x, datatype: FP32, shape: [2]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                """
                        + more);
        changes++;
        Files.write(
                folder.resolve("model.pt"),
                ProgramBytes.zip(
                        "model/data.pkl",
                        "model/code/__torch__.py",
                        "model/constants.pkl",
                        "model/version",
                        "model/data/" + changes));
    }

    void delete(String model, String version) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(model).resolve(version))) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }

    public static Optional<Refusal> await(CompletableFuture<Optional<Refusal>> change) throws Exception {
        return change.get(20, TimeUnit.SECONDS);
    }

    /** The index, a line each: model/version state reason. */
    List<String> index() {
        return lifecycle.models().index().stream()
                .map(line -> (line.model() + "/" + line.version() + " " + line.state() + " " + line.reason()).trim())
                .toList();
    }

    private Map<Loadable, Verdict> tried(Map<Loadable, Fingerprint> versions) {
        duringTrial.run();
        Map<Loadable, Verdict> verdicts = new HashMap<>();
        for (Loadable version : versions.keySet()) {
            String refusal = failingTrials.get(version.model() + "/" + version.version());
            if (refusal != null) {
                verdicts.put(version, new Rehearsal.Refused(refusal));
            } else if (version.spec().parallelism().isAuto()) {
                verdicts.put(version, new Rehearsal.Passed(Optional.ofNullable(chosen.get(version.model()))));
            }
        }
        return verdicts;
    }

    @Override
    public void close() throws InterruptedException {
        lifecycle.stop(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    }
}
