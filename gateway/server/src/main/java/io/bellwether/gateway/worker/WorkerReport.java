package io.bellwether.gateway.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one worker last said about itself.
 *
 * @param worker who
 * @param up whether it answered when it was last asked; the models are those it had before if it did not
 * @param models by name, then by version
 */
public record WorkerReport(Worker worker, boolean up, Map<String, Map<String, VersionStatus>> models) {

    /**
     * @param state as the worker calls it; {@value #READY} means that it serves
     * @param reason why it does not serve; empty when it does
     */
    public record VersionStatus(String state, String reason) {
        public static final String READY = "READY";

        public boolean ready() {
            return state.equals(READY);
        }
    }

    public WorkerReport {
        models = Map.copyOf(models);
    }

    /** Versions whose state is another one than in an earlier report, or that are gone since, one line each. */
    List<String> changes(WorkerReport before) {
        List<String> changes = new ArrayList<>();
        models.forEach((model, versions) -> versions.forEach((version, status) -> {
            VersionStatus earlier = before.status(model, version);
            if (earlier == null || !earlier.state().equals(status.state())) {
                changes.add("model=%s version=%s state=%s".formatted(model, version, status.state()));
            }
        }));
        before.models.forEach((model, versions) -> versions.keySet().stream()
                .filter(version -> status(model, version) == null)
                .forEach(version -> changes.add("model=%s version=%s state=gone".formatted(model, version))));
        return changes;
    }

    private @Nullable VersionStatus status(String model, String version) {
        return models.getOrDefault(model, Map.of()).get(version);
    }

    WorkerReport down() {
        return up ? new WorkerReport(worker, false, models) : this;
    }
}
