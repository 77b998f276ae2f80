package io.bellwether.gateway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import io.bellwether.telemetrypublisher.PublisherSettings;
import io.bellwether.telemetrypublisher.SnapshotPublisher;
import io.bellwether.telemetrypublisher.SnapshotTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On the way of the publisher, with its own thread. */
class EvidenceReporterTest {
    private static final StepProblem PROBLEM =
            StepProblem.newBuilder().setRolloutId("r").setProblem("too slow").build();

    private final BlockingQueue<Snapshot> sent = new LinkedBlockingQueue<>();

    @Test
    void whatSpeaksAgainstStepsOfAModelGoesWithItsCounts() throws InterruptedException {
        // Given
        WorkerDirectory directory = Directories.of(new Worker("w", new FakeWorkerLink().serving("m", "1")));
        directory.poll();
        SnapshotPublisher publisher = SnapshotPublisher.start(
                PublisherSettings.of(Snapshot.Process.GATEWAY, "gateway-1", "unused"), new Queue());
        EvidenceReporter reporter = new EvidenceReporter(
                new Evidence(4, 100),
                ClientMemories.none(),
                directory,
                publisher,
                new FakeTime(),
                model -> model.equals("m") ? List.of(PROBLEM) : List.of());

        // When
        reporter.report();
        Snapshot told = sent.poll(20, TimeUnit.SECONDS);
        reporter.close(Duration.ofSeconds(20));
        Snapshot farewell = sent.poll(20, TimeUnit.SECONDS);

        // Then
        assertThat(told.getModel()).isEqualTo("m");
        assertThat(told.getStepProblemsList()).containsExactly(PROBLEM);
        assertThat(farewell.getStepProblemsList()).isEmpty();
    }

    @Test
    void whatIsToldOfACompleteSecondTakesNothingBackThatSpeaksAgainstAStep() throws InterruptedException {
        // Given a request in a second that is over
        FakeTime time = new FakeTime();
        WorkerDirectory directory = Directories.of(new Worker("w", new FakeWorkerLink().serving("m", "1")));
        directory.poll();
        Evidence evidence = new Evidence(4, 100);
        evidence.countFrom(0);
        SnapshotPublisher publisher = SnapshotPublisher.start(
                PublisherSettings.of(Snapshot.Process.GATEWAY, "gateway-1", "unused"), new Queue());
        EvidenceReporter reporter = new EvidenceReporter(
                evidence, ClientMemories.none(), directory, publisher, time, model -> List.of(PROBLEM));
        evidence.begin("m", Math.floorDiv(time.epochMillis(), 1_000) - 1)
                .answered("1", Arm.CONTROL, "r", Outcome.OK, 1, false);

        // When
        reporter.reportPassed();
        Snapshot told = sent.poll(20, TimeUnit.SECONDS);
        reporter.close(Duration.ofSeconds(20));

        // Then
        assertThat(told.getCellsList()).hasSize(1);
        assertThat(told.getStepProblemsList()).containsExactly(PROBLEM);
    }

    @Test
    void aRequestThatArrivesInTheSecondInWhichTheProcessBecomesWarmCounts() throws InterruptedException {
        // Given
        FakeTime time = new FakeTime();
        WorkerDirectory directory = Directories.of(new Worker("w", new FakeWorkerLink().serving("m", "1")));
        directory.poll();
        Evidence evidence = new Evidence(4, 100);
        SnapshotPublisher publisher = SnapshotPublisher.start(
                PublisherSettings.of(Snapshot.Process.GATEWAY, "gateway-1", "unused"), new Queue());
        EvidenceReporter reporter =
                new EvidenceReporter(evidence, ClientMemories.none(), directory, publisher, time, model -> List.of());
        time.advanceMillis(300);

        // When
        reporter.onWarm();
        evidence.begin("m", Math.floorDiv(time.epochMillis(), 1_000))
                .answered("1", Arm.CONTROL, "r", Outcome.OK, 1, false);
        reporter.report();
        Snapshot told = sent.poll(20, TimeUnit.SECONDS);
        reporter.close(Duration.ofSeconds(20));

        // Then
        assertThat(told.getWarm()).isTrue();
        assertThat(told.getCellsList()).singleElement().satisfies(cell -> assertThat(cell.getRequests())
                .isOne());
    }

    private final class Queue implements SnapshotTransport {
        @Override
        public CompletableFuture<Void> send(Snapshot snapshot) {
            sent.add(snapshot);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close(Duration timeout) {}
    }
}
