package io.bellwether.routing;

/**
 * One thing that is wrong with a command.
 *
 * @param kind what sort of answer it deserves
 * @param field field of the command, as the control API names it
 * @param what what is wrong, with the value and what was expected
 * @param fix what to do about it
 */
public record Problem(Kind kind, String field, String what, String fix) {

    /** Sorts of problems. */
    public enum Kind {
        /** The command is wrong in any state. */
        INVALID,
        /** It names something that does not exist. */
        UNKNOWN,
        /** It is not legal in the present state. */
        CONFLICT
    }

    /** Both sentences. */
    public String text() {
        return what + "; " + fix;
    }
}
