package io.bellwether.routing;

/**
 * Result of folding one command.
 *
 * @param state the state after it
 * @param effect what it did
 */
public record Folded(ControlState state, Effect effect) {}
