package io.bellwether.routing;

/** Sentences of people and of parts of the platform, kept short. */
public final class ReasonText {
    private ReasonText() {}

    /** The beginning of a text. Never cuts a surrogate pair: half of one would not survive the way through a message. */
    public static String start(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(charactersMax - 1));
        return text.substring(0, splitsPair ? charactersMax - 1 : charactersMax);
    }
}
