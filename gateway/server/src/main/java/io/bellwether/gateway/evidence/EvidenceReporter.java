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

    /**
     * Publishes what changed, and heartbeats; forgets what is no longer needed. Never blocks.
     *
     * @param stepProblems what speaks against steps of a model's rollout
     */
    public void report(Function<String, List<StepProblem>> stepProblems) {
        clients.forgetEnded();
        publish(evidence.snapshots(directory.fleet().models().keySet(), nowSlot()), stepProblems);
    }

    /**
     * Publishes what monitoring waits for: slots with counts that have become complete. Never blocks.
     *
     * @param stepProblems the same: what a snapshot does not repeat is taken back
     */
    public void reportPassed(Function<String, List<StepProblem>> stepProblems) {
        publish(evidence.passed(nowSlot()), stepProblems);
    }

    private void publish(List<Snapshot> snapshots, Function<String, List<StepProblem>> stepProblems) {
        snapshots.forEach(counted -> {
            List<StepProblem> problems = stepProblems.apply(counted.getModel());
            publisher.publish(
                    problems.isEmpty()
                            ? counted
                            : counted.toBuilder().addAllStepProblems(problems).build());
        });
    }

    /** The process is warm. What arrives from the next slot on is evidence. */
    public void onWarm() {
        evidence.countFrom(nowSlot() + 1);
    }

    /** Publishes the last counts and says farewell to monitoring. Call it when nothing is in flight. */
    public void close(Duration timeout) {
        report(model -> List.of());
        publisher.close(timeout);
    }

    private long nowSlot() {
        return Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT);
    }
}
