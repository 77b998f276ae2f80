package io.bellwether.gateway.evidence;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

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
    private final Function<String, List<StepProblem>> stepProblems;

    /**
     * @param stepProblems what speaks against steps of a model's rollout; each snapshot repeats it, because what one does not
     *     repeat is taken back
     */
    public EvidenceReporter(
            Evidence evidence,
            ClientMemories clients,
            WorkerDirectory directory,
            SnapshotPublisher publisher,
            Timekeeper time,
            Function<String, List<StepProblem>> stepProblems) {
        this.evidence = evidence;
        this.clients = clients;
        this.directory = directory;
        this.publisher = publisher;
        this.time = time;
        this.stepProblems = stepProblems;
    }

    /** Publishes what changed, and heartbeats; forgets what is no longer needed. Never blocks. */
    public void report() {
        changed().forEach(this::publish);
    }

    /** Publishes what monitoring waits for: slots with counts that have become complete. Never blocks. */
    public void reportPassed() {
        evidence.passed(nowSlot()).forEach(this::publish);
    }

    private List<Snapshot> changed() {
        clients.forgetEnded();
        return evidence.snapshots(directory.fleet().models().keySet(), nowSlot());
    }

    private void publish(Snapshot counted) {
        List<StepProblem> problems = stepProblems.apply(counted.getModel());
        publisher.publish(
                problems.isEmpty()
                        ? counted
                        : counted.toBuilder().addAllStepProblems(problems).build());
    }

    /**
     * The process is warm: whatever arrives from now on counts. Call it before the first request is accepted. Monitoring takes
     * none of this slot for evidence if it was told before, in the same second, that the process is cold.
     */
    public void onWarm() {
        evidence.countFrom(nowSlot());
    }

    /** Publishes the last counts, with nothing against any step, and says farewell to monitoring. Call it when nothing is in flight. */
    public void close(Duration timeout) {
        changed().forEach(publisher::publish);
        publisher.close(timeout);
    }

    private long nowSlot() {
        return Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT);
    }
}
