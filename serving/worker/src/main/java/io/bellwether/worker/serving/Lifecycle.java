package io.bellwether.worker.serving;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.serving.Rehearsal.Verdict;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads, replaces and unloads models while the worker serves. Everything happens on one thread, one change after the other;
 * any thread may ask for one and look at the picture. Only a trial happens aside: while a change waits for it, versions that
 * were tried before are loaded on demand.
 *
 * <p>A change of a model is all or nothing for those who call it: a version in its place answers until the new one is warm
 * and prepared, a load that fails leaves what there was, and versions that have to go do so only after every new one is
 * ready.
 */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final Fingerprint NEVER = new Fingerprint(List.of("never looked at"));

    private final ModelRepository repository;
    private final Starter starter;
    private final Settings settings;
    private final ServedPicture picture = new ServedPicture();
    private final VersionAssembly assembly;
    private final VersionChange change;
    private final Survival survival;
    private final ChangeThread thread;
    private final Map<String, ModelFiles> applied = new TreeMap<>();
    /** Versions that must not be loaded yet: what becomes of them is not known. */
    private final Set<ServedVersion> onTrial = new HashSet<>();

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
    public record Rim(ModelRepository repository, Starter engine, Rehearsal rehearsal, Preparation preparation) {}

    /** Starts the engine of this process. It may take seconds. */
    public interface Starter {
        InferenceEngine start() throws EngineFault;
    }

    /**
     * @param retireNanos how long a version still serves after the index began to say that it will go
     * @param closeNanosMax longest wait for the requests that a version took
     * @param pollNanos time between two looks at the repository; 0 for none
     * @param pendingMax changes that may wait
     * @param memoryBytesMax estimated bytes of all versions in memory at once
     */
    public record Settings(long retireNanos, long closeNanosMax, long pollNanos, int pendingMax, long memoryBytesMax) {}

    public Lifecycle(Rim rim, Settings settings, Surroundings surroundings, ModelCells.Limits limits) {
        this.repository = rim.repository();
        this.starter = rim.engine();
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
        this.thread = new ChangeThread(settings.pendingMax());
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

    /** Whether a model is kept unloaded because somebody asked for that. */
    public boolean anyUnloaded() {
        return models().absent().stream().anyMatch(VersionChange::isUnloaded);
    }

    /**
     * Loads what the repository holds, but for models that were unloaded by request; the result completes when each version
     * serves or is refused.
     */
    public CompletableFuture<Optional<Refusal>> start() {
        CompletableFuture<Optional<Refusal>> loaded = thread.ask(done -> {
            Optional<Refusal> refusal;
            try {
                Map<String, ModelFiles> found = ModelFiles.byModel(repository.scan());
                removeUnusedArchives();
                refusal = apply(withoutUnloaded(found));
            } finally {
                started = true;
            }
            done.complete(refusal);
        });
        if (settings.pollNanos() > 0) {
            thread.every(settings.pollNanos(), unused -> poll());
        }
        return loaded;
    }

    /**
     * Brings a model to what the repository holds of it now: loads what is new, replaces what changed, tries again what
     * failed, unloads what is gone. Versions that wait for their first request are loaded now.
     *
     * @return empty when every version serves, else the first reason why not
     */
    public CompletableFuture<Optional<Refusal>> load(String model) {
        return thread.ask(done -> {
            survival.forgive(model);
            survival.unloads().remove(model);
            ModelFiles files = ModelFiles.byModel(repository.scan()).get(model);
            if (files == null) {
                done.complete(Optional.of(unknown("load", model)));
                return;
            }
            Optional<Refusal> applying = apply(Map.of(model, files));
            Optional<Refusal> awaited = change.loadAwaited(model, this::engine);
            done.complete(applying.or(() -> awaited));
        });
    }

    /** Loads a version that a request wants; the result completes when it serves or is refused. */
    public CompletableFuture<Void> loadOnDemand(ServedVersion version) {
        ChangeThread.Step load = done -> {
            change.loadOnDemand(version, this::engine);
            done.complete(Optional.empty());
        };
        return thread.askBetween(done -> {
                    if (onTrial.contains(version)) {
                        thread.later(load, done, 0);
                    } else {
                        load.run(done);
                    }
                })
                .thenAccept(loaded -> {});
    }

    /**
     * Unloads all versions of a model; the result completes when they are gone. It stays unloaded until it is loaded again
     * or its files change, in the next process too if this one has a folder to remember it in.
     */
    public CompletableFuture<Optional<Refusal>> unload(String model) {
        return thread.ask(done -> {
            ModelFiles files = ModelFiles.byModel(repository.scan()).getOrDefault(model, ModelFiles.NONE);
            if (files.equals(ModelFiles.NONE) && models().versionsOf(model).isEmpty()) {
                done.complete(Optional.of(unknown("unload", model)));
                return;
            }
            applied.put(model, files);
            survival.unloads().add(model, files.digest());
            retire(change.leaving(model, Set.of()), done, () -> {
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
        if (!thread.stop(deadlineNanos)) {
            LOG.warn("a load outlives the drain");
        }
        List<ServedVersion> all = new ArrayList<>(models().versions());
        all.addAll(models().staged());
        all.forEach(ServedVersion::drain);
        for (ServedVersion version : all) {
            version.close(deadlineNanos);
        }
    }

    private void removeUnusedArchives() {
        try {
            int deleted = repository.removeUnusedArchives();
            if (deleted > 0) {
                LOG.info("folders={} of archives that are gone were deleted", deleted);
            }
        } catch (IOException e) {
            LOG.warn("folders of archives that are gone could not be deleted", e);
        }
    }

    /** Models that were unloaded by request and have not changed stay so. */
    private Map<String, ModelFiles> withoutUnloaded(Map<String, ModelFiles> found) {
        survival.unloads().keepOnly(found.keySet());
        Map<String, ModelFiles> wanted = new TreeMap<>();
        found.forEach((model, files) -> {
            if (survival.unloads().holds(model, files.digest())) {
                applied.put(model, files);
                picture.absent(model, VersionChange.unloaded(files));
            } else {
                wanted.put(model, files);
            }
        });
        return wanted;
    }

    private Optional<Refusal> apply(Map<String, ModelFiles> wanted) throws InterruptedException {
        applied.putAll(wanted);
        wanted.keySet().forEach(survival.unloads()::remove);
        List<VersionChange.Planned> plans = new ArrayList<>();
        for (Map.Entry<String, ModelFiles> model : wanted.entrySet()) {
            plans.add(change.plan(model.getKey(), model.getValue()));
        }
        plans.forEach(plan -> onTrial.addAll(plan.fresh()));
        Map<Loadable, Verdict> tried;
        try {
            tried = thread.aside("model-trial", () -> change.tryOut(plans));
        } finally {
            onTrial.clear();
        }
        Optional<Refusal> first = Optional.empty();
        for (VersionChange.Planned plan : plans) {
            Optional<Refusal> refusal = change.carryOut(plan, tried, this::engine);
            if (refusal.isEmpty()) {
                retire(change.leaving(plan.model(), plan.kept()), new CompletableFuture<>(), () -> {});
            }
            first = first.isPresent() ? first : refusal;
        }
        return first;
    }

    /** Takes versions out of service after a while in which callers learn of it. */
    private void retire(List<ServedVersion> leaving, CompletableFuture<Optional<Refusal>> done, Runnable afterwards)
            throws InterruptedException {
        leaving.forEach(ServedVersion::retire);
        boolean someServe = leaving.stream().anyMatch(version -> version.state().takesRequests());
        if (someServe && settings.retireNanos() > 0) {
            // A load in the meantime may have put another in its place.
            thread.later(
                    unused -> {
                        change.remove(leaving);
                        afterwards.run();
                    },
                    done,
                    settings.retireNanos());
        } else {
            change.remove(leaving);
            afterwards.run();
        }
    }

    /** Applies what changed since it was last applied and was the same in two looks: a copy may still be under way. */
    private void poll() throws IOException, InterruptedException {
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
    }

    private InferenceEngine engine() throws EngineFault {
        InferenceEngine running = engine;
        if (running == null) {
            running = starter.start();
            engine = running;
        }
        return running;
    }

    private static Refusal unknown(String verb, String model) {
        return new Refusal(
                FailureReason.MODEL_NOT_FOUND,
                "failed to " + verb + " '" + model + "': the model repository holds no such model");
    }
}
