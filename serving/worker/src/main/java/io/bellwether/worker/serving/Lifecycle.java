package io.bellwether.worker.serving;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads, replaces and unloads models while the worker serves. Everything happens on one thread, one change after the other;
 * any thread may ask for one and look at the picture.
 *
 * <p>A change of a model is all or nothing for those who call it: a version in its place answers until the new one is warm
 * and prepared, a load that fails leaves what there was, and versions that have to go do so only after every new one is
 * ready.
 */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final Fingerprint NEVER = new Fingerprint(List.of("never looked at"));

    private final ModelRepository repository;
    private final EngineFor engineFor;
    private final Settings settings;
    private final ServedPicture picture = new ServedPicture();
    private final VersionAssembly assembly;
    private final VersionChange change;
    private final Survival survival;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<String, ModelFiles> applied = new TreeMap<>();
    private Fingerprint lastLook = NEVER;
    private Fingerprint lastApplied = NEVER;
    private @Nullable InferenceEngine engine;
    private volatile boolean started;

    /**
     * What the life cycle needs from around it.
     *
     * @param repository where models come from
     * @param engine starts the engine
     * @param rehearsal tries versions where they can do no harm
     * @param preparation makes a version ready that is in memory
     */
    public record Rim(ModelRepository repository, EngineFor engine, Rehearsal rehearsal, Preparation preparation) {}

    /** Starts the engine with so many threads inside one operation. It may take seconds. */
    public interface EngineFor {
        InferenceEngine start(int intraOpThreads) throws EngineFault;
    }

    /**
     * @param retireNanos how long a version still serves after the index began to say that it will go
     * @param closeNanosMax longest wait for the requests that a version took
     * @param pollNanos time between two looks at the repository; 0 for none
     * @param pendingMax changes that may wait
     * @param memoryBytesMax estimated bytes of all versions in memory at once
     */
    public record Settings(long retireNanos, long closeNanosMax, long pollNanos, int pendingMax, long memoryBytesMax) {}

    /** A change. It completes {@code done} now or later, with the first reason why it did not go as asked. */
    private interface Step {
        void run(CompletableFuture<Optional<Refusal>> done) throws IOException, InterruptedException;
    }

    public Lifecycle(Rim rim, Settings settings, Surroundings surroundings, ModelCells.Limits limits) {
        this.repository = rim.repository();
        this.engineFor = rim.engine();
        this.settings = settings;
        this.survival = surroundings.survival();
        this.assembly = new VersionAssembly(surroundings, limits);
        this.change = new VersionChange(
                picture,
                assembly,
                rim.rehearsal(),
                rim.preparation(),
                surroundings,
                new VersionChange.Limits(settings.closeNanosMax(), settings.memoryBytesMax()));
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "model-lifecycle");
            made.setDaemon(true);
            return made;
        });
    }

    /** What is served now. */
    public ServedModels models() {
        return picture.now();
    }

    /** The counters of every model, for the thread that sends them; models are added while the worker runs. */
    public Map<String, ModelCells> cells() {
        return assembly.cells();
    }

    /** Whether everything that the repository held at the start has been loaded or refused. */
    public boolean started() {
        return started;
    }

    /** Loads what the repository holds; the result completes when each version serves or is refused. */
    public CompletableFuture<Optional<Refusal>> start() {
        CompletableFuture<Optional<Refusal>> loaded = ask(done -> {
            Optional<Refusal> refusal;
            try {
                refusal = apply(ModelFiles.byModel(repository.scan()));
            } finally {
                started = true;
            }
            done.complete(refusal);
        });
        if (settings.pollNanos() > 0) {
            ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                    this::poll, settings.pollNanos(), settings.pollNanos(), TimeUnit.NANOSECONDS);
        }
        return loaded;
    }

    /**
     * Brings a model to what the repository holds of it now: loads what is new, replaces what changed, tries again what
     * failed, unloads what is gone.
     *
     * @return empty when every version serves, else the first reason why not
     */
    public CompletableFuture<Optional<Refusal>> load(String model) {
        return ask(done -> {
            survival.forgive(model);
            ModelFiles files = ModelFiles.byModel(repository.scan()).get(model);
            done.complete(files == null ? Optional.of(unknown("load", model)) : apply(Map.of(model, files)));
        });
    }

    /** Loads a version that a request wants; the result completes when it serves or is refused. */
    public CompletableFuture<Void> loadOnDemand(ServedVersion version) {
        return ask(done -> {
                    change.loadOnDemand(version, this::engine);
                    done.complete(Optional.empty());
                })
                .thenAccept(loaded -> {});
    }

    /**
     * Unloads all versions of a model; the result completes when they are gone. It stays unloaded until it is loaded again
     * or its files change.
     */
    public CompletableFuture<Optional<Refusal>> unload(String model) {
        return ask(done -> {
            ModelFiles files = ModelFiles.byModel(repository.scan()).getOrDefault(model, ModelFiles.NONE);
            if (files.equals(ModelFiles.NONE) && models().versionsOf(model).isEmpty()) {
                done.complete(Optional.of(unknown("unload", model)));
                return;
            }
            applied.put(model, files);
            retire(change.leaving(model, Set.of()), () -> {
                picture.absent(model, VersionChange.unloaded(files));
                done.complete(Optional.empty());
            });
        });
    }

    /**
     * Ends every change under way, then every version: nothing new is taken, what was taken is finished.
     *
     * @param deadlineNanos what still waits then is refused
     */
    public void stop(long deadlineNanos) throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.warn("a load outlives the drain");
        }
        List<ServedVersion> all = new ArrayList<>(models().versions());
        all.addAll(models().staged());
        all.forEach(ServedVersion::drain);
        for (ServedVersion version : all) {
            version.close(deadlineNanos);
        }
    }

    private Optional<Refusal> apply(Map<String, ModelFiles> wanted) throws InterruptedException {
        applied.putAll(wanted);
        List<VersionChange.Planned> plans = new ArrayList<>();
        for (Map.Entry<String, ModelFiles> model : wanted.entrySet()) {
            plans.add(change.plan(model.getKey(), model.getValue()));
        }
        var tried = change.tryOut(plans);
        Optional<Refusal> first = Optional.empty();
        for (VersionChange.Planned plan : plans) {
            Optional<Refusal> refusal = change.carryOut(plan, tried, this::engine);
            if (refusal.isEmpty()) {
                retire(change.leaving(plan.model(), plan.kept()), () -> {});
            }
            first = first.isPresent() ? first : refusal;
        }
        return first;
    }

    /** Takes versions out of service after a while in which callers learn of it. */
    private void retire(List<ServedVersion> leaving, Runnable afterwards) throws InterruptedException {
        leaving.forEach(ServedVersion::retire);
        boolean someServe = leaving.stream().anyMatch(version -> version.state().takesRequests());
        if (someServe && settings.retireNanos() > 0) {
            ScheduledFuture<?> unused = thread.schedule(
                    () -> {
                        // A load in the meantime may have put another in its place.
                        change.remove(leaving);
                        afterwards.run();
                        return null;
                    },
                    settings.retireNanos(),
                    TimeUnit.NANOSECONDS);
        } else {
            change.remove(leaving);
            afterwards.run();
        }
    }

    /** Applies what changed since it was last applied and was the same in two looks: a copy may still be under way. */
    private void poll() {
        try {
            Fingerprint now = repository.look();
            boolean isSettled = now.equals(lastLook);
            lastLook = now;
            if (!isSettled || now.equals(lastApplied)) {
                return;
            }
            Map<String, ModelFiles> seen = ModelFiles.byModel(repository.scan());
            Map<String, ModelFiles> changed = new TreeMap<>();
            seen.forEach((model, files) -> {
                if (!files.equals(applied.get(model))) {
                    changed.put(model, files);
                }
            });
            applied.keySet().stream()
                    .filter(model -> !seen.containsKey(model))
                    .forEach(model -> changed.put(model, ModelFiles.NONE));
            lastApplied = now;
            if (!changed.isEmpty()) {
                LOG.info("models={} changed in the repository", changed.keySet());
                Optional<Refusal> unused = apply(changed);
                applied.values().removeIf(ModelFiles.NONE::equals);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // The timer would drop a task that throws, and with it the watching.
            LOG.error("the repository could not be looked through", e);
        }
    }

    private InferenceEngine engine() throws EngineFault {
        InferenceEngine running = engine;
        if (running == null) {
            running = engineFor.start(assembly.intraOpThreads());
            engine = running;
        }
        return running;
    }

    private CompletableFuture<Optional<Refusal>> ask(Step step) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        if (thread.getQueue().size() >= settings.pendingMax()) {
            return refused("too many changes of models wait; try again");
        }
        try {
            thread.execute(() -> run(step, done));
        } catch (RejectedExecutionException e) {
            return refused("the worker is stopping");
        }
        return done;
    }

    private static CompletableFuture<Optional<Refusal>> refused(String reason) {
        return CompletableFuture.completedFuture(Optional.of(new Refusal(FailureReason.NOT_READY, reason)));
    }

    private static void run(Step step, CompletableFuture<Optional<Refusal>> done) {
        try {
            step.run(done);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done.complete(Optional.of(new Refusal(FailureReason.NOT_READY, "the worker is stopping")));
        } catch (IOException e) {
            LOG.error("the repository cannot be read", e);
            done.complete(Optional.of(new Refusal(
                    FailureReason.LOAD_FAILED, "the model repository cannot be read; see the log of the worker")));
        } catch (RuntimeException e) {
            LOG.error("a change of models failed", e);
            done.complete(Optional.of(new Refusal(FailureReason.INTERNAL, "the worker failed to change its models")));
        }
    }

    private static Refusal unknown(String verb, String model) {
        return new Refusal(
                FailureReason.MODEL_NOT_FOUND,
                "failed to " + verb + " '" + model + "': the model repository holds no such model");
    }
}
