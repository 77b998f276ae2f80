package io.bellwether.worker.serving;

import io.bellwether.batching.VersionState;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.ModelRepository.Broken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this worker was given to serve. The lists never change after the start; the states of the versions do. */
public final class ServedModels {
    /** Nothing, as before the repository was read. */
    public static final ServedModels NONE = new ServedModels(List.of(), List.of());

    private final Map<String, Map<String, ServedVersion>> versionsByModel = new LinkedHashMap<>();
    private final List<ServedVersion> versions;
    private final List<Broken> broken;

    /**
     * @param versions what can be loaded, by model and rising version number
     * @param broken what was refused when the repository was read
     */
    public ServedModels(List<ServedVersion> versions, List<Broken> broken) {
        this.versions = List.copyOf(versions);
        this.broken = List.copyOf(broken);
        for (ServedVersion version : versions) {
            versionsByModel
                    .computeIfAbsent(version.files().model(), model -> new LinkedHashMap<>())
                    .put(version.files().version(), version);
        }
    }

    /**
     * One line of the repository index.
     *
     * @param state READY, LOADING, UNLOADING or UNAVAILABLE, the words that clients know
     * @param reason why it is not ready; empty when it is
     */
    public record Line(String model, String version, String state, String reason) {}

    /** All versions that can be loaded. */
    public List<ServedVersion> versions() {
        return versions;
    }

    /** The versions of one model; empty when none can be loaded. */
    public Collection<ServedVersion> versionsOf(String model) {
        return versionsByModel.getOrDefault(model, Map.of()).values();
    }

    /**
     * The version that a request means, whatever its state. Without a version that is the lowest ready one, or the lowest
     * of all when none is ready.
     */
    public Decoded<ServedVersion> find(String model, String version) {
        Map<String, ServedVersion> known = versionsByModel.getOrDefault(model, Map.of());
        if (!version.isEmpty()) {
            ServedVersion found = known.get(version);
            return found == null ? missing(model, version).as() : Decoded.valid(found);
        }
        Optional<ServedVersion> lowestReady = known.values().stream()
                .filter(one -> one.state().takesRequests())
                .findFirst();
        return lowestReady
                .or(() -> known.values().stream().findFirst())
                .<Decoded<ServedVersion>>map(Decoded::valid)
                .orElseGet(() -> missing(model, version).as());
    }

    /** True when at least one version takes requests and none is still on its way to that. */
    public boolean ready() {
        return versions.stream().anyMatch(version -> version.state().takesRequests())
                && versions.stream().noneMatch(version -> onItsWay(version.state()));
    }

    /** Every version there is, served or refused. */
    public List<Line> index() {
        List<Line> lines = new ArrayList<>();
        versions.forEach(version -> lines.add(line(version)));
        broken.forEach(entry -> lines.add(new Line(entry.model(), entry.version(), "UNAVAILABLE", entry.reason())));
        return lines;
    }

    private Refusal missing(String model, String version) {
        boolean refused = broken.stream()
                .anyMatch(entry -> entry.model().equals(model)
                        && (version.isEmpty()
                                || entry.version().isEmpty()
                                || entry.version().equals(version)));
        if (refused) {
            return new Refusal(
                    FailureReason.NOT_READY,
                    "model '" + model + "'" + (version.isEmpty() ? "" : " version '" + version + "'")
                            + " is not ready: its files were refused; see the repository index");
        }
        boolean modelIsKnown = versionsByModel.containsKey(model);
        return modelIsKnown ? Refusal.unknownVersion(model, version) : Refusal.unknownModel(model);
    }

    private static boolean onItsWay(VersionState state) {
        return state instanceof VersionState.Absent
                || state instanceof VersionState.Loading
                || state instanceof VersionState.Warming;
    }

    private static Line line(ServedVersion version) {
        VersionState state = version.state();
        if (state instanceof VersionState.Ready) {
            return new Line(version.files().model(), version.files().version(), "READY", "");
        }
        if (state instanceof VersionState.Failed failed) {
            return new Line(version.files().model(), version.files().version(), "UNAVAILABLE", failed.reason());
        }
        boolean onItsWay = onItsWay(state);
        return new Line(
                version.files().model(),
                version.files().version(),
                onItsWay ? "LOADING" : "UNLOADING",
                onItsWay ? "it is being warmed" : "it is being unloaded");
    }
}
