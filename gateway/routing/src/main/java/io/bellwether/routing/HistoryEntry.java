package io.bellwether.routing;

/**
 * One command that changed a rollout.
 *
 * @param atMillis when it was issued, milliseconds since the epoch on the issuer's clock
 * @param action what it did
 * @param actor who issued it: {@code person:<name>}, {@code monitoring}, {@code gateway:<id>}
 * @param reason one sentence for people, possibly empty
 * @param commandId id of the command
 */
public record HistoryEntry(long atMillis, RolloutAction action, String actor, String reason, String commandId) {}
