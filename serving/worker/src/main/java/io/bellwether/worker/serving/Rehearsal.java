package io.bellwether.worker.serving;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.util.Map;
import java.util.Optional;

/** Tries versions where a crash harms nobody. */
public interface Rehearsal {
    /** What came of a version. */
    sealed interface Verdict {}

    /**
     * It must not be loaded here.
     *
     * @param reason fit for clients
     */
    record Refused(String reason) implements Verdict {}

    /**
     * It may.
     *
     * @param chosen how it runs best on this machine; empty when its description says that, or when nobody knows
     */
    record Passed(Optional<InstanceChoice> chosen) implements Verdict {}

    /**
     * Loads and runs each version elsewhere. May take seconds.
     *
     * @param versions what to try, each with what identifies its files
     * @return what came of each; one that is absent was not tried and may be loaded
     */
    Map<Loadable, Verdict> verdicts(Map<Loadable, Fingerprint> versions) throws InterruptedException;
}
