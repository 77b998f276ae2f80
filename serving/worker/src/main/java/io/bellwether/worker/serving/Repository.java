package io.bellwether.worker.serving;

import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a repository means for this process: the versions to serve, the counters of each model, and the thread count that
 * libtorch gets, which is one for the whole process.
 *
 * @param models versions and refusals
 * @param cells counters by model
 * @param intraOpThreads threads inside one operation
 */
public record Repository(ServedModels models, Map<String, ModelCells> cells, int intraOpThreads) {
    public Repository {
        cells = Map.copyOf(cells);
    }

    /** Sets up what the entries of a repository ask for; nothing is loaded yet. */
    public static Repository of(List<Entry> entries, ModelCells.Limits limits, Surroundings surroundings) {
        int threads = entries.stream()
                .filter(Loadable.class::isInstance)
                .map(entry -> ((Loadable) entry).spec().intraOpThreads())
                .findFirst()
                .orElse(1);
        List<ServedVersion> versions = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        Map<String, ModelCells> cells = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Broken refused) {
                broken.add(refused);
            } else if (entry instanceof Loadable loadable && loadable.spec().intraOpThreads() != threads) {
                broken.add(new Broken(
                        loadable.model(),
                        loadable.version(),
                        "intra_op_threads is " + loadable.spec().intraOpThreads()
                                + " and another model of this worker has " + threads
                                + "; one process has one number, so make them equal"));
            } else if (entry instanceof Loadable loadable) {
                ModelCells ofModel = cells.computeIfAbsent(
                        loadable.model(), model -> new ModelCells(model, new Tally(loadable.spec()), limits));
                versions.add(new ServedVersion(loadable, ofModel, surroundings));
            }
        }
        return new Repository(new ServedModels(versions, broken), cells, threads);
    }
}
