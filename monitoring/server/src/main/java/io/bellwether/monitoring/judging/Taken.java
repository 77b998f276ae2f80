package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.folding.Accepted;

/**
 * What a snapshot led to.
 *
 * @param accepted what became of its cells
 * @param slotsComplete slots that closed complete
 * @param slotsPartial slots that closed because the wait was over
 */
public record Taken(Accepted accepted, int slotsComplete, int slotsPartial) {}
