package io.bellwether.routing;

/** Result of reading a snapshot. */
public sealed interface SnapshotRead {

    /**
     * The snapshot is whole.
     *
     * @param state the state that was written
     * @param logId identity of the log that it was folded from
     */
    record Restored(ControlState state, String logId) implements SnapshotRead {}

    /**
     * The bytes are not a whole snapshot.
     *
     * @param reason what is wrong, for the log
     */
    record Unreadable(String reason) implements SnapshotRead {}
}
