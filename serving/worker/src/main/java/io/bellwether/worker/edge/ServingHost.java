package io.bellwether.worker.edge;

import io.bellwether.worker.serving.Lifecycle;
import io.bellwether.worker.serving.ServedModels;
import java.util.Optional;

/** The process behind the edge. */
public interface ServingHost {
    /** Where inference requests go. */
    RequestAdmission admission();

    /** What is served now. */
    ServedModels models();

    /** Loads and unloads models; empty before the worker has started. */
    Optional<Lifecycle> lifecycle();

    /** Whether the worker as a whole takes requests. */
    boolean ready();

    /** Whether the worker is about to stop: it still takes requests, and asks for none. */
    boolean leaving();

    /** Version of this software. */
    String productVersion();
}
