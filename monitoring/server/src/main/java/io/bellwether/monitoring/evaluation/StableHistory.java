package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.LogHistogram;

/**
 * What the stable version's witnesses showed before the rollout. It only sets the first thresholds, so that
 * evidence counts from the first slot; a history that is off costs power, never validity.
 *
 * @param witnessLatencyNanos latency of witnesses in the last minutes
 * @param witnessCostPicoUsd cost of witnesses in the last minutes
 */
public record StableHistory(LogHistogram witnessLatencyNanos, LogHistogram witnessCostPicoUsd) {
    /** Nothing is known. */
    public static final StableHistory UNKNOWN = new StableHistory(LogHistogram.EMPTY, LogHistogram.EMPTY);
}
