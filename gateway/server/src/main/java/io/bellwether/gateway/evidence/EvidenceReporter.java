package io.bellwether.gateway.evidence;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import java.time.Duration;

/**
 * Hands snapshots to the publisher; somebody else calls {@link #report} every few hundred milliseconds, and more often
 * {@link #reportPassed}.
 */
public final class EvidenceReporter {
    private static final long MILLIS_PER_SLOT = 1_000;

    private final Evidence evidence;
    private final ClientMemories clients;
    private final WorkerDirectory directory;
    private final SnapshotPublisher publisher;
    private final Timekeeper time;

    public EvidenceReporter(
            Evidence evidence,
            ClientMemories clients,
            WorkerDirectory directory,
            SnapshotPublisher publisher,
            Timekeeper time) {
        this.evidence = evidence;
        this.clients = clients;
        this.directory = directory;
        this.publisher = publisher;
        this.time = time;
    }

    /** Publishes what changed, and heartbeats; forgets what is no longer needed. Never blocks. */
    public void report() {
        clients.forgetEnded();
        evidence.snapshots(directory.fleet().models().keySet(), nowSlot()).forEach(publisher::publish);
    }

    /** Publishes what monitoring waits for: slots with counts that have become complete. Never blocks. */
    public void reportPassed() {
        evidence.passed(nowSlot()).forEach(publisher::publish);
    }

    /** The process is warm. What arrives from the next slot on is evidence. */
    public void onWarm() {
        evidence.countFrom(nowSlot() + 1);
    }

    /** Publishes the last counts and says farewell to monitoring. Call it when nothing is in flight. */
    public void close(Duration timeout) {
        report();
        publisher.close(timeout);
    }

    private long nowSlot() {
        return Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT);
    }
}
