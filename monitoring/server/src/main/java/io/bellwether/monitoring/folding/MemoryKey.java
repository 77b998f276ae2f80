package io.bellwether.monitoring.folding;

import java.util.Optional;

/**
 * Key of one remembered value.
 *
 * @param kind what is remembered
 * @param model name of the model
 * @param name which one of the model; empty where there is only one
 */
public record MemoryKey(Kind kind, String model, String name) {
    private static final char SEPARATOR = '\u0000';

    /** What is remembered, with the letter that begins its keys. */
    public enum Kind {
        MODEL('m'),
        PROCESS('p'),
        CELL('c'),
        HISTORY('h'),
        ROLLOUT('r');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** The key as text: letter, model and name, separated by a character that is in neither. */
    public String text() {
        return "" + kind.letter + SEPARATOR + model + SEPARATOR + name;
    }

    /** Reads {@link #text()}; empty if it is no such text. */
    public static Optional<MemoryKey> parse(String text) {
        int end = text.indexOf(SEPARATOR, 2);
        if (end < 0 || text.charAt(1) != SEPARATOR) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind.letter == text.charAt(0)) {
                return Optional.of(new MemoryKey(kind, text.substring(2, end), text.substring(end + 1)));
            }
        }
        return Optional.empty();
    }
}
