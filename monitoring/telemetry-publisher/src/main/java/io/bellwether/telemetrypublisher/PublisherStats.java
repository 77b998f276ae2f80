package io.bellwether.telemetrypublisher;

/**
 * What the publisher has done since it started; for metrics.
 *
 * @param snapshotsSent snapshots that Kafka acknowledged
 * @param cellsDropped cells thrown away because too many waited; the same number travels as {@code dropped_snapshots}
 * @param cellsPending cells that wait now
 * @param sendsFailed sends that Kafka did not acknowledge; their cells wait again
 */
public record PublisherStats(long snapshotsSent, long cellsDropped, long cellsPending, long sendsFailed) {}
