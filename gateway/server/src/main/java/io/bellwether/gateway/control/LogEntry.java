package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;

/**
 * One entry of the control log.
 *
 * @param position in the log; rises from entry to entry
 * @param appendedAtMillis milliseconds since the epoch, as the log recorded it
 * @param command what it says
 */
public record LogEntry(long position, long appendedAtMillis, Command command) {}
