package io.bellwether.gateway.evidence;

import java.util.Locale;

/** By what the answers of both versions to one request are told right or wrong. */
public enum Question {
    /** Whether they are what the client was given, where the stable version was asked once more. */
    DISAGREEMENT,
    /** The same where it was not: the stable version is taken to agree with itself. */
    DIFFERENCE,
    /** Whether they are the label. */
    ACCURACY;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Name in telemetry. */
    public String label() {
        return label;
    }
}
