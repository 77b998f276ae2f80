package io.bellwether.gateway.worker;

import io.bellwether.gateway.worker.WorkerReport.VersionStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all workers together serve, at one moment. An immutable value.
 *
 * @param everAnswered whether any worker has ever said what it has; before that nobody knows which models exist
 * @param models by name
 */
public record Fleet(boolean everAnswered, Map<String, Model> models) {

    /** Nothing is known yet. */
    public static final Fleet UNKNOWN = new Fleet(false, Map.of());

    /** Orders versions as numbers where they are numbers; a longer number is larger. */
    public static final Comparator<String> VERSION_ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    /**
     * @param versions every version that some worker has, in {@link #VERSION_ORDER}
     * @param readyVersions those that some worker serves
     */
    public record Model(Map<String, Version> versions, Set<String> readyVersions) {
        static Model of(TreeMap<String, Version> versions) {
            Set<String> ready = new TreeSet<>(VERSION_ORDER);
            versions.forEach((name, version) -> {
                if (!version.ready().isEmpty()) {
                    ready.add(name);
                }
            });
            return new Model(Collections.unmodifiableMap(versions), Collections.unmodifiableSet(ready));
        }

        /** True if every worker that has a version of it is down. */
        public boolean unreachable() {
            return versions.values().stream().allMatch(Version::unreachable);
        }
    }

    /**
     * @param state READY if some worker serves it, UNAVAILABLE if all that have it are down, else what a worker says, which
     *     is UNAVAILABLE too when it could not be loaded
     * @param reason why it is not served; empty when it is
     * @param ready the seats of the workers that serve it now
     * @param workers names of all workers that have it, whatever its state
     */
    public record Version(String state, String reason, List<Seat> ready, List<String> workers) {
        public static final String UNAVAILABLE = "UNAVAILABLE";
        private static final String NOT_REACHABLE = "its worker is not reachable";

        static Version unreachable(String worker) {
            return new Version(UNAVAILABLE, NOT_REACHABLE, List.of(), List.of(worker));
        }

        /** True if every worker that has it is down. */
        public boolean unreachable() {
            return state.equals(UNAVAILABLE) && reason.equals(NOT_REACHABLE);
        }

        public Version {
            ready = List.copyOf(ready);
            workers = List.copyOf(workers);
        }
    }

    public Fleet {
        models = Map.copyOf(models);
    }

    /**
     * Puts together what the workers said.
     *
     * @param seats gives the seat of each worker that serves a version
     */
    static Fleet of(List<WorkerReport> reports, boolean everAnswered, Seats seats) {
        Map<String, TreeMap<String, Version>> models = new HashMap<>();
        for (WorkerReport report : reports) {
            report.models()
                    .forEach((model, versions) -> versions.forEach(
                            (version, status) -> models.computeIfAbsent(model, name -> new TreeMap<>(VERSION_ORDER))
                                    .merge(
                                            version,
                                            report.up()
                                                    ? versionOf(status, seats, report.worker(), model, version)
                                                    : Version.unreachable(
                                                            report.worker().name()),
                                            Fleet::merge)));
        }
        Map<String, Model> immutable = new HashMap<>();
        models.forEach((name, versions) -> immutable.put(name, Model.of(versions)));
        return new Fleet(everAnswered, immutable);
    }

    /** Seats of the workers that serve a version now. */
    public List<Seat> ready(String model, String version) {
        Model known = models.get(model);
        Version wanted = known == null ? null : known.versions().get(version);
        return wanted == null ? List.of() : wanted.ready();
    }

    /** Whether some worker serves some version of some model. */
    public boolean servesSomething() {
        return models.values().stream().anyMatch(model -> !model.readyVersions().isEmpty());
    }

    private static Version versionOf(VersionStatus status, Seats seats, Worker worker, String model, String version) {
        List<Seat> ready = status.ready() ? List.of(seats.of(worker, model, version)) : List.of();
        return new Version(status.state(), status.reason(), ready, List.of(worker.name()));
    }

    private static Version merge(Version one, Version other) {
        List<Seat> ready = new ArrayList<>(one.ready());
        ready.addAll(other.ready());
        List<String> workers = new ArrayList<>(one.workers());
        workers.addAll(other.workers());
        boolean firstTells = !one.ready().isEmpty() || (other.ready().isEmpty() && !one.unreachable());
        Version teller = firstTells ? one : other;
        return new Version(teller.state(), teller.reason(), ready, workers);
    }
}
