package io.bellwether.gateway.worker;

import java.util.Map;

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

    WorkerReport down() {
        return up ? new WorkerReport(worker, false, models) : this;
    }
}
