package io.bellwether.worker.edge;

import io.bellwether.worker.serving.ServedModels;

/** The process behind the edge. */
public interface ServingHost {
    /** Where inference requests go. */
    RequestAdmission admission();

    /** What is served now. */
    ServedModels models();

    /** Whether the worker as a whole takes requests. */
    boolean ready();

    /** Version of this software. */
    String productVersion();
}
