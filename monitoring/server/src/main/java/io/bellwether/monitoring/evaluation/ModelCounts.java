package io.bellwether.monitoring.evaluation;

/**
 * All requests of a model in one slot, whichever version and rollout they belong to.
 *
 * @param requests that say something about a version: answered well or failed
 * @param failures of these
 */
public record ModelCounts(long requests, long failures) {}
