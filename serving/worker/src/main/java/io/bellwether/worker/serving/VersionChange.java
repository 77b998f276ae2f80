package io.bellwether.worker.serving;

import io.bellwether.batching.VersionState;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.serving.MemoryBudget.Resident;
import io.bellwether.worker.serving.MemoryBudget.Room;
import io.bellwether.worker.serving.ModelFiles.Found;
import io.bellwether.worker.serving.Rehearsal.Passed;
import io.bellwether.worker.serving.Rehearsal.Refused;
import io.bellwether.worker.serving.Rehearsal.Verdict;
import io.bellwether.worker.serving.ServedModels.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The way of one model from what is served to what the repository holds. On the life cycle's thread only. */
final class VersionChange {
    private static final String UNLOADED = "unloaded";
    private static final Verdict UNTRIED = new Passed(Optional.empty());

    private final ServedPicture picture;
    private final VersionAssembly assembly;
    private final Rehearsal rehearsal;
    private final Preparation preparation;
    private final Surroundings surroundings;
    private final long closeNanosMax;
    private final MemoryBudget budget;

    /**
     * @param closeNanosMax longest wait for the requests that a version took
     * @param memoryBytesMax estimated bytes of all versions in memory
     */
    record Limits(long closeNanosMax, long memoryBytesMax) {}

    /**
     * What has to be loaded.
     *
     * @param kept numbers of the versions that the model is to have in the end
     * @param fresh versions to load
     * @param refusal the first reason why one cannot even be tried
     */
    record Planned(String model, Set<String> kept, List<ServedVersion> fresh, Optional<Refusal> refusal) {}

    /** Gives the running engine, or starts it. */
    interface Engines {
        InferenceEngine get() throws EngineFault;
    }

    VersionChange(
            ServedPicture picture,
            VersionAssembly assembly,
            Rehearsal rehearsal,
            Preparation preparation,
            Surroundings surroundings,
            Limits limits) {
        this.picture = picture;
        this.assembly = assembly;
        this.rehearsal = rehearsal;
        this.preparation = preparation;
        this.surroundings = surroundings;
        this.closeNanosMax = limits.closeNanosMax();
        this.budget = new MemoryBudget(limits.memoryBytesMax());
    }

    /** Shows what is to come in the picture: new versions as loading, what is not served with its reason. */
    Planned plan(String model, ModelFiles files) throws InterruptedException {
        Set<String> kept = wanted(files);
        List<Line> absent = new ArrayList<>();
        List<ServedVersion> fresh = new ArrayList<>();
        Optional<Refusal> first = Optional.empty();
        for (Found found : files.versions()) {
            String version = found.files().version();
            Optional<String> refusal = assembly.refusal(found);
            if (refusal.isPresent()) {
                first = first.or(() -> Optional.of(refusal(model, version, refusal.get())));
                remarkOrLine(model, version, refusal.get()).ifPresent(absent::add);
            } else if (!isServed(found)) {
                fresh.add(begin(found));
            }
        }
        for (Broken broken : files.broken()) {
            if (files.versions().isEmpty() || !isMisnamed(broken)) {
                first = first.or(() -> Optional.of(refusal(model, broken.version(), broken.reason())));
            }
            remarkOrLine(model, broken.version(), broken.reason()).ifPresent(absent::add);
        }
        picture.absent(model, absent);
        return new Planned(model, kept, fresh, first);
    }

    /** Tries all of them elsewhere, on any thread; those that fail there are not loaded here. */
    Map<Loadable, Verdict> tryOut(Collection<Planned> plans) throws InterruptedException {
        Map<Loadable, Fingerprint> files = new LinkedHashMap<>();
        plans.forEach(plan -> plan.fresh().forEach(version -> files.put(version.files(), version.fingerprint())));
        return files.isEmpty() ? Map.of() : rehearsal.verdicts(files);
    }

    /** Loads what was planned, one after the other; empty when all of it serves now. */
    Optional<Refusal> carryOut(Planned plan, Map<Loadable, Verdict> tried, Engines engines)
            throws InterruptedException {
        Optional<Refusal> first = plan.refusal();
        for (ServedVersion planned : plan.fresh()) {
            Verdict verdict = tried.getOrDefault(planned.files(), UNTRIED);
            ServedVersion version = settled(planned, verdict);
            if (verdict instanceof Refused refused) {
                version.fail(refused.reason());
            } else if (isStaged(version) || !version.demand().isLoadedOnDemand()) {
                load(version, engines);
            } else {
                continue;
            }
            if (version.state() instanceof VersionState.Failed failed) {
                first = first.or(
                        () -> Optional.of(refusal(plan.model(), version.files().version(), failed.reason())));
                giveUp(version, failed.reason());
            } else {
                takePlace(version);
            }
        }
        return first;
    }

    /** The version as it runs best on this machine, in the place of the one that was planned. */
    private ServedVersion settled(ServedVersion planned, Verdict verdict) {
        if (!(verdict instanceof Passed passed) || passed.chosen().isEmpty()) {
            return planned;
        }
        ServedVersion settled = planned.with(passed.chosen().get());
        if (isStaged(planned)) {
            picture.stage(settled, planned);
        } else {
            picture.show(settled);
        }
        return settled;
    }

    /** Loads a version that somebody wants, unless that has happened meanwhile. */
    void loadOnDemand(ServedVersion version, Engines engines) throws InterruptedException {
        if (version.state() instanceof VersionState.Absent
                && picture.now().versions().contains(version)) {
            load(version, engines);
            if (version.state() instanceof VersionState.Failed) {
                close(version);
            }
        }
    }

    /** Loads the versions of a model that wait for somebody who wants them; empty when all of them serve now. */
    Optional<Refusal> loadAwaited(String model, Engines engines) throws InterruptedException {
        Optional<Refusal> first = Optional.empty();
        for (ServedVersion version : List.copyOf(picture.now().versionsOf(model))) {
            loadOnDemand(version, engines);
            if (version.demand().isLoadedOnDemand() && version.state() instanceof VersionState.Failed failed) {
                first = first.or(
                        () -> Optional.of(refusal(model, version.files().version(), failed.reason())));
            }
        }
        return first;
    }

    /** Versions of the model that are in the picture and not to be kept. */
    List<ServedVersion> leaving(String model, Set<String> kept) {
        return picture.now().versionsOf(model).stream()
                .filter(version -> !kept.contains(version.files().version()))
                .toList();
    }

    /** Takes versions out of the picture, lets them answer what they took and frees them. */
    void remove(Collection<ServedVersion> versions) throws InterruptedException {
        for (ServedVersion version : versions) {
            boolean wasVisible = picture.remove(version);
            close(version);
            if (wasVisible) {
                surroundings
                        .metrics()
                        .forget(version.files().model(), version.files().version());
            }
        }
    }

    /** Index lines of a model that was unloaded. */
    static List<Line> unloaded(ModelFiles files) {
        List<Line> lines = new ArrayList<>();
        files.versions()
                .forEach(found -> lines.add(
                        Line.unavailable(found.files().model(), found.files().version(), UNLOADED)));
        files.broken().forEach(one -> lines.add(Line.unavailable(one.model(), one.version(), one.reason())));
        return lines;
    }

    /** Something beside the versions that is none is shown, and is no reason why a load has failed. */
    private static boolean isMisnamed(Broken one) {
        return !one.version().isEmpty() && !ModelRepository.isVersion(one.version());
    }

    static boolean isUnloaded(Line line) {
        return line.reason().equals(UNLOADED);
    }

    /** A version whose new files are broken goes on with the old ones. */
    private static Set<String> wanted(ModelFiles files) {
        Set<String> wanted = new HashSet<>();
        files.versions().forEach(found -> wanted.add(found.files().version()));
        files.broken().forEach(one -> wanted.add(one.version()));
        return wanted;
    }

    private boolean isServed(Found found) {
        Optional<ServedVersion> current =
                picture.visible(found.files().model(), found.files().version());
        boolean same = current.isPresent()
                && (current.get().state().takesRequests() || awaitsDemand(current.get()))
                && !current.get().retiring()
                && current.get().fingerprint().equals(found.fingerprint())
                && current.get().described().equals(found.files());
        if (same) {
            current.get().remark("");
        }
        return same;
    }

    private static boolean awaitsDemand(ServedVersion version) {
        return version.demand().isLoadedOnDemand() && version.state() instanceof VersionState.Absent;
    }

    private ServedVersion begin(Found found) throws InterruptedException {
        ServedVersion version = assembly.assemble(found);
        Optional<ServedVersion> current =
                picture.visible(found.files().model(), found.files().version());
        if (current.isPresent() && current.get().state().takesRequests()) {
            picture.stage(version);
        } else {
            picture.show(version);
            if (current.isPresent()) {
                close(current.get());
            }
        }
        return version;
    }

    private void load(ServedVersion version, Engines engines) throws InterruptedException {
        try {
            Optional<String> noRoom = makeRoom(version);
            if (noRoom.isPresent()) {
                version.fail(noRoom.get());
                return;
            }
            version.load(engines.get(), preparation.isGentle());
        } catch (EngineFault fault) {
            version.fail(String.valueOf(fault.getMessage()));
        }
        if (version.state() instanceof VersionState.Warming) {
            preparation.prepare(version).ifPresent(version::fail);
            version.ready();
        }
    }

    /** Unloads others until the version fits; if it does not, why. */
    private Optional<String> makeRoom(ServedVersion version) throws InterruptedException {
        List<Resident<ServedVersion>> residents = new ArrayList<>();
        for (ServedVersion one : picture.all()) {
            boolean inMemory = one != version
                    && !(one.state() instanceof VersionState.Absent || one.state() instanceof VersionState.Failed);
            if (inMemory) {
                boolean evictable =
                        one.demand().isLoadedOnDemand() && one.state().takesRequests();
                residents.add(new Resident<>(
                        one,
                        MemoryBudget.estimate(one.files()),
                        evictable,
                        one.demand().lastUsedNanos()));
            }
        }
        Room<ServedVersion> room = budget.roomFor(MemoryBudget.estimate(version.files()), residents);
        if (room instanceof Room.None<ServedVersion> none) {
            return Optional.of(none.reason());
        }
        for (ServedVersion leaving : ((Room.After<ServedVersion>) room).leaving()) {
            picture.show(leaving.anew());
            close(leaving);
        }
        return Optional.empty();
    }

    private boolean isStaged(ServedVersion version) {
        return picture.now().staged().contains(version);
    }

    private void takePlace(ServedVersion version) throws InterruptedException {
        Optional<ServedVersion> before =
                picture.visible(version.files().model(), version.files().version());
        picture.show(version);
        if (before.isPresent() && before.get() != version) {
            close(before.get());
        }
    }

    /** A failed version stays visible as such, unless an older one serves in its place. */
    private void giveUp(ServedVersion version, String reason) throws InterruptedException {
        Optional<ServedVersion> before =
                picture.visible(version.files().model(), version.files().version());
        if (before.isPresent() && before.get() != version) {
            remarkRefused(before.get(), reason);
            picture.remove(version);
        }
        close(version);
    }

    private void close(ServedVersion version) throws InterruptedException {
        version.close(surroundings.clock().getAsLong() + closeNanosMax);
    }

    private Optional<Line> remarkOrLine(String model, String version, String reason) {
        Optional<ServedVersion> serving =
                picture.visible(model, version).filter(one -> one.state().takesRequests());
        serving.ifPresent(one -> remarkRefused(one, reason));
        return serving.isPresent() ? Optional.empty() : Optional.of(Line.unavailable(model, version, reason));
    }

    private static void remarkRefused(ServedVersion serving, String reason) {
        serving.remark("its newer files were refused: " + reason);
    }

    private static Refusal refusal(String model, String version, String reason) {
        String what = version.isEmpty() ? "" : ": version " + version;
        return new Refusal(FailureReason.LOAD_FAILED, "load failed for model '" + model + "'" + what + ": " + reason);
    }
}
