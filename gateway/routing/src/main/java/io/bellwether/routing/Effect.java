package io.bellwether.routing;

/** What a command of the log did to the state. */
public sealed interface Effect {

    /** The command changed the state. */
    record Applied() implements Effect {}

    /**
     * The command had no effect because it was not legal in this state.
     *
     * @param reason what was wrong, one sentence for people
     */
    @SuppressWarnings("JavaLangClash") // "void" is the word of the control contract for such a command
    record Void(String reason) implements Effect {}

    /** The command, or its position of the log, had already been folded. */
    record Duplicate() implements Effect {}
}
