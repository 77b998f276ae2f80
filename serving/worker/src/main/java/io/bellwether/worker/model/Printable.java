package io.bellwether.worker.model;

/** Names and texts that somebody else made, fit for logs, indexes and terminals. */
final class Printable {
    private static final String CUT = "...";

    private Printable() {}

    /** The text with a question mark for everything but printable ASCII, cut to at most {@code charactersMax}. */
    static String of(String text, int charactersMax) {
        String head = text.length() > charactersMax ? text.substring(0, charactersMax - CUT.length()) + CUT : text;
        return head.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
