package io.bellwether.worker.serving;

import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.util.Map;

/** Tries versions where a crash harms nobody. */
public interface Rehearsal {
    /**
     * Loads and runs each version elsewhere. May take seconds.
     *
     * @param versions what to try, each with what identifies its files
     * @return why a version must not be loaded here; those that passed are absent
     */
    Map<Loadable, String> refusals(Map<Loadable, Fingerprint> versions) throws InterruptedException;
}
