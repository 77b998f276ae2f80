package io.bellwether.worker.serving;

import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes versions of files, and knows what one process cannot change while it runs: what is counted of a model.
 */
final class VersionAssembly {
    private static final int MODELS_MAX = 1_024;

    private final Surroundings surroundings;
    private final ModelCells.Limits limits;
    private final Map<String, ModelCells> cells = new ConcurrentHashMap<>();
    private final Map<String, ModelSpec> counted = new ConcurrentHashMap<>();

    /**
     * @param limits on the counters of each model
     */
    VersionAssembly(Surroundings surroundings, ModelCells.Limits limits) {
        this.surroundings = surroundings;
        this.limits = limits;
    }

    /** The counters of every model that this process has served, for the thread that reads them. */
    Map<String, ModelCells> cells() {
        return cells;
    }

    /** Why this process cannot serve the version; empty when it can. */
    Optional<String> refusal(ModelFiles.Found found) {
        ModelSpec spec = found.files().spec();
        String model = found.files().model();
        Optional<String> quarantine = surroundings
                .survival()
                .quarantine(Survival.label(
                        model, found.files().version(), found.fingerprint().digest()));
        if (quarantine.isPresent()) {
            return quarantine;
        }
        ModelSpec before = counted.get(model);
        if (before == null) {
            return cells.size() < MODELS_MAX
                    ? Optional.empty()
                    : Optional.of("this process has served " + MODELS_MAX + " models; restart it to serve others");
        }
        boolean same = before.prediction().equals(spec.prediction())
                && before.features().equals(spec.features());
        return same
                ? Optional.empty()
                : Optional.of("prediction or features differ from those that this process counts;"
                        + " restart the worker to serve the changed model, or give it another name");
    }

    ServedVersion assemble(ModelFiles.Found found) {
        ModelSpec spec = found.files().spec();
        String model = found.files().model();
        counted.putIfAbsent(model, spec);
        ModelCells ofModel = cells.computeIfAbsent(model, name -> new ModelCells(name, new Tally(spec), limits));
        return new ServedVersion(found.files(), found.fingerprint(), ofModel, surroundings);
    }
}
