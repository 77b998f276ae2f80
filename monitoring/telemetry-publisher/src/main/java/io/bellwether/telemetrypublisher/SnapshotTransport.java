package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Where snapshots go. Only the sender thread calls it. */
public interface SnapshotTransport {
    /**
     * Hands over one snapshot. It may wait a short, bounded time.
     *
     * @return completes when the snapshot is stored, or exceptionally when it is not; never null
     */
    CompletableFuture<Void> send(Snapshot snapshot);

    /** Waits at most this long for what is under way, then lets go of everything. */
    void close(Duration timeout);
}
