package io.bellwether.routing;

/**
 * Who issues a command. On the log an actor is a text: {@code person:<name>}, {@code monitoring} or
 * {@code gateway:<id>}. Only a person, or monitoring with evidence, may raise a candidate's weight; everybody may take it
 * to zero.
 */
public enum Actor {
    /** A person, or a program that acts for one. */
    PERSON,
    /** The service that judges rollouts from telemetry. */
    MONITORING,
    /** A gateway's own guard. */
    GATEWAY,
    /** Anything else. */
    UNKNOWN;

    /** The actor text of monitoring. */
    public static final String MONITORING_TEXT = "monitoring";

    private static final String PERSON_PREFIX = "person:";
    private static final String GATEWAY_PREFIX = "gateway:";

    /** Kind of an actor text; never fails. */
    public static Actor of(String text) {
        if (text.equals(MONITORING_TEXT)) {
            return MONITORING;
        }
        if (text.startsWith(PERSON_PREFIX)) {
            return PERSON;
        }
        return text.startsWith(GATEWAY_PREFIX) ? GATEWAY : UNKNOWN;
    }

    /** Actor text of a person: the name with its prefix, whatever the name; so nobody passes for monitoring or a gateway. */
    public static String personText(String name) {
        return of(name) == PERSON ? name : PERSON_PREFIX + name;
    }

    /** True for those who may raise a candidate's weight. */
    public boolean mayRaiseWeight() {
        return this == PERSON || this == MONITORING;
    }
}
