package io.bellwether.monitoring.judging;

import io.bellwether.controlapi.log.Command;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;

/**
 * A verdict and what follows from it.
 *
 * @param verdict to be published
 * @param command to be appended to the control log, if the verdict changes something
 */
public record Judged(Verdict verdict, Optional<Command> command) {}
