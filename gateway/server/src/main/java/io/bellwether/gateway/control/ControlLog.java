package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import java.util.concurrent.CompletionStage;

/** Where commands are appended. */
public interface ControlLog {

    /**
     * Appends a command. Does not block.
     *
     * @return its position once it is stored safely; exceptional with a {@link NotStored} when that is not known
     */
    CompletionStage<Long> append(Command command);

    /** Whether the log could be reached when it was last tried. */
    boolean reachable();

    /** The log did not take a command, or did not say so in time. */
    final class NotStored extends Exception {
        private static final long serialVersionUID = 1L;

        public NotStored(String message) {
            super(message);
        }
    }
}
