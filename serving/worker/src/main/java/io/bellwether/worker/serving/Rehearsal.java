package io.bellwether.worker.serving;

import io.bellwether.worker.model.ModelRepository.Loadable;
import java.util.List;
import java.util.Map;

/** Tries versions where a crash harms nobody. */
public interface Rehearsal {
    /**
     * Loads and runs each version elsewhere. May take seconds.
     *
     * @return why a version must not be loaded here; those that passed are absent
     */
    Map<Loadable, String> refusals(List<Loadable> versions) throws InterruptedException;
}
