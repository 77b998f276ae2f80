package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Identity of the control log that a state was folded from. It tells the platform that lost its log, which has a new one,
 * from a platform that the state was never of, as far as a person knows which of the two it is.
 */
final class LogId {
    private LogId() {}

    /** Empty if the state names none: it is of an older release, or of a gateway that never reached Kafka. */
    static String of(JsonNode state) {
        return state.path("control").path("logId").asText();
    }

    /** What the logs of an exported state and of a platform say about each other; empty if one is not known. */
    static Optional<String> compared(JsonNode file, JsonNode platform) {
        String exported = of(file);
        String here = of(platform);
        if (exported.isEmpty() || here.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                exported.equals(here)
                        ? "the file and this platform have the same control log, " + here
                        : "the file is of control log " + exported + ", this platform has " + here
                                + ": right if the platform lost its log; else the file is of another platform");
    }
}
