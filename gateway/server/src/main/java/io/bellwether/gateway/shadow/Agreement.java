package io.bellwether.gateway.shadow;

/** What comes of comparing two answers. */
public enum Agreement {
    AGREES,
    /** They have the same outputs with other values. */
    DIFFERS,
    /** Their outputs differ in name, datatype or shape, or cannot be read. */
    INCOMPARABLE
}
