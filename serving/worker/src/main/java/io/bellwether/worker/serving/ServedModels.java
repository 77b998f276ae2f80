package io.bellwether.worker.serving;

import io.bellwether.batching.VersionState;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What this worker serves, as one picture: it never changes, the life cycle replaces it. The states of the versions in it
 * do change.
 */
public final class ServedModels {
    /** Nothing, as before the repository was read. */
    public static final ServedModels NONE = new ServedModels(List.of(), List.of(), List.of());

    private static final Comparator<String> VERSION_ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private final Map<String, Map<String, ServedVersion>> visible;
    private final Map<String, Map<String, ServedVersion>> staged;
    private final List<Line> absent;

    /**
     * @param visible versions that requests find
     * @param staged versions that are prepared to take the place of a visible one; only our own warm-up requests find them
     * @param absent what the repository holds and nothing is loaded of, each with its reason
     */
    public ServedModels(List<ServedVersion> visible, List<ServedVersion> staged, List<Line> absent) {
        this.visible = byModel(visible);
        this.staged = byModel(staged);
        this.absent = List.copyOf(absent);
    }

    /**
     * One line of the repository index.
     *
     * @param state READY, LOADING, UNLOADING or UNAVAILABLE, the words that clients know
     * @param reason why it is not ready, or why it is not the newest of its kind; usually empty when it is ready
     */
    public record Line(String model, String version, String state, String reason) {
        /** A version, or a whole model if the version is empty, that is not loaded. */
        public static Line unavailable(String model, String version, String reason) {
            return new Line(model, version, "UNAVAILABLE", reason);
        }
    }

    /** The versions that requests find, by model and rising version number. */
    public List<ServedVersion> versions() {
        return all(visible);
    }

    /** The versions that wait to take the place of a visible one. */
    public List<ServedVersion> staged() {
        return all(staged);
    }

    /** What is not loaded. */
    public List<Line> absent() {
        return absent;
    }

    /** The visible versions of one model; empty when there are none. */
    public Collection<ServedVersion> versionsOf(String model) {
        return visible.getOrDefault(model, Map.of()).values();
    }

    /**
     * The version that a request means, whatever its state. Without a version that is the lowest ready one, or the lowest
     * of all when none is ready.
     */
    public Decoded<ServedVersion> find(String model, String version) {
        Map<String, ServedVersion> known = visible.getOrDefault(model, Map.of());
        if (!version.isEmpty()) {
            ServedVersion found = known.get(version);
            return found == null ? missing(model, version).as() : Decoded.valid(found);
        }
        Optional<ServedVersion> lowestReady = known.values().stream()
                .filter(one -> one.state().takesRequests() && !one.retiring())
                .findFirst();
        return lowestReady
                .or(() -> known.values().stream().findFirst())
                .<Decoded<ServedVersion>>map(Decoded::valid)
                .orElseGet(() -> missing(model, version).as());
    }

    /** The same for our own warm-up requests, which mean the version that is prepared if there is one. */
    public Decoded<ServedVersion> findForWarmUp(String model, String version) {
        ServedVersion prepared = staged.getOrDefault(model, Map.of()).get(version);
        return prepared == null ? find(model, version) : Decoded.valid(prepared);
    }

    /** True when at least one version takes requests. */
    public boolean anyTakesRequests() {
        return versions().stream().anyMatch(version -> version.state().takesRequests());
    }

    /** Every version there is, served or not. */
    public List<Line> index() {
        List<Line> lines = new ArrayList<>();
        versions().forEach(version -> lines.add(line(version)));
        lines.addAll(absent);
        return lines;
    }

    private Refusal missing(String model, String version) {
        Optional<Line> line = absent.stream()
                .filter(one -> one.model().equals(model)
                        && (version.isEmpty()
                                || one.version().isEmpty()
                                || one.version().equals(version)))
                .findFirst();
        if (line.isPresent()) {
            return new Refusal(
                    FailureReason.NOT_READY,
                    "model '" + model + "'" + (version.isEmpty() ? "" : " version '" + version + "'")
                            + " is not ready: " + line.get().reason());
        }
        return visible.containsKey(model) ? Refusal.unknownVersion(model, version) : Refusal.unknownModel(model);
    }

    private static Line line(ServedVersion version) {
        VersionState state = version.state();
        String model = version.files().model();
        String number = version.files().version();
        if (state instanceof VersionState.Failed failed) {
            return Line.unavailable(model, number, failed.reason());
        }
        if (state instanceof VersionState.Ready && !version.retiring()) {
            return new Line(model, number, "READY", version.remark());
        }
        if (state.isOnItsWay() && version.demand().isLoadedOnDemand()) {
            return new Line(model, number, "READY", "not in memory; the first request loads it");
        }
        return state.isOnItsWay()
                ? new Line(model, number, "LOADING", "it is being warmed")
                : new Line(model, number, "UNLOADING", "it is being unloaded");
    }

    private static Map<String, Map<String, ServedVersion>> byModel(List<ServedVersion> versions) {
        Map<String, Map<String, ServedVersion>> models = new TreeMap<>();
        versions.forEach(
                version -> models.computeIfAbsent(version.files().model(), model -> new TreeMap<>(VERSION_ORDER))
                        .put(version.files().version(), version));
        return models;
    }

    private static List<ServedVersion> all(Map<String, Map<String, ServedVersion>> models) {
        return models.values().stream()
                .flatMap(versions -> versions.values().stream())
                .toList();
    }
}
