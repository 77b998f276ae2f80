package io.bellwether.gateway.control;

import io.bellwether.routing.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What became of a command that somebody gave over the control API. */
public sealed interface WriteResult {

    /** It is in effect in this gateway, now or since an earlier request with the same command id. */
    record Done() implements WriteResult {}

    /** This gateway gives the candidate nothing from now on; the control log did not take the command and gets it later. */
    record OnlyHere() implements WriteResult {}

    /**
     * It is not in effect.
     *
     * @param reason what sort of answer it deserves
     * @param message what is wrong and what to do
     * @param problems the same one by one, where each is about a field of the command; else none
     */
    record Refused(Reason reason, String message, List<Problem> problems) implements WriteResult {
        private static final int CHARACTERS_MAX = 4_000;
        private static final int PROBLEMS_MAX = 20;

        Refused(Reason reason, String message) {
            this(reason, message, List.of());
        }

        public Refused {
            message = writable(message);
            problems = problems.stream().limit(PROBLEMS_MAX).toList();
        }

        /** Names that it quotes may be as long as a body, and may hold half a surrogate pair, which nobody can write. */
        static String writable(String text) {
            String start = text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "...";
            return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }
    }

    /** Machine-readable reasons of the control API. */
    enum Reason {
        /** The command is wrong in any state. */
        INVALID_INPUT,
        /** The body is over the limit. */
        TOO_LARGE,
        /** It names something that does not exist. */
        NOT_FOUND,
        /** It is not legal in the present state. */
        CONFLICT,
        /** The gateway is busy with as many as it takes at once. */
        TOO_MANY_REQUESTS,
        /** The control log cannot take it now. */
        CONTROL_LOG_UNAVAILABLE,
        /** There is such a path, with another method. */
        METHOD_NOT_ALLOWED,
        /** A fault of ours. */
        INTERNAL
    }
}
