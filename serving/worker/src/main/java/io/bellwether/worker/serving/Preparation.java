package io.bellwether.worker.serving;

import java.util.Optional;

/** What happens to a version between the moment it is in memory and the moment it serves. */
public interface Preparation {
    /**
     * Warms and checks a version.
     *
     * @return why it must not serve; empty when it may
     */
    Optional<String> prepare(ServedVersion version) throws InterruptedException;

    /** Whether requests are served meanwhile, so that a version has to be made ready without being in their way. */
    default boolean isGentle() {
        return false;
    }
}
