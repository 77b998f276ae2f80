package io.bellwether.telemetrypublisher;

import static io.bellwether.telemetrypublisher.Cells.cell;
import static io.bellwether.telemetrypublisher.Cells.warm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SnapshotPublisherTest {
    private static final PublisherSettings SETTINGS =
            PublisherSettings.of(Snapshot.Process.GATEWAY, "gateway-1", "broker:9092");

    /** Stores what it gets, or hangs in every send, or fails it. */
    private static final class FakeTransport implements SnapshotTransport {
        final BlockingQueue<Snapshot> stored = new LinkedBlockingQueue<>();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);
        volatile boolean hang;
        final AtomicInteger failuresLeft = new AtomicInteger();

        @Override
        public CompletableFuture<Void> send(Snapshot snapshot) {
            entered.countDown();
            if (hang) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("no broker");
            }
            stored.add(snapshot);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close(Duration timeout) {
            closed.countDown();
        }
    }

    @Test
    void aPublishedSnapshotArrives() throws InterruptedException {
        FakeTransport transport = new FakeTransport();
        SnapshotPublisher publisher = SnapshotPublisher.start(SETTINGS, transport);

        publisher.publish(warm(7, cell(7, Arm.CONTROL, 1)));

        Snapshot arrived = transport.stored.poll(20, TimeUnit.SECONDS);
        assertThat(arrived).isNotNull();
        assertThat(arrived.getProcessId()).isEqualTo("gateway-1");
        publisher.close(Duration.ofSeconds(5));
    }

    @Test
    void publishingReturnsWhileTheTransportHangs() throws InterruptedException {
        // Given a sender that is stuck inside the transport
        FakeTransport transport = new FakeTransport();
        transport.hang = true;
        SnapshotPublisher publisher = SnapshotPublisher.start(SETTINGS, transport);
        publisher.publish(warm(1, cell(1, Arm.CONTROL, 1)));
        transport.entered.await();

        // When the process goes on counting; this would never return if it waited for the sender
        for (int i = 1; i <= 10_000; i++) {
            publisher.publish(warm(2, cell(2, Arm.CONTROL, i)));
        }

        // Then one cell waits with the newest count, and it arrives after the outage
        assertThat(publisher.stats().cellsPending()).isEqualTo(1);
        transport.hang = false;
        transport.release.countDown();
        publisher.close(Duration.ofSeconds(20));
        assertThat(transport.stored)
                .extracting(Snapshot::getCellsList)
                .contains(java.util.List.of(cell(2, Arm.CONTROL, 10_000)));
    }

    @Test
    void aTransportThatThrowsCostsNothingButAFailure() throws InterruptedException {
        // Given a transport that fails once
        FakeTransport transport = new FakeTransport();
        transport.failuresLeft.set(1);
        SnapshotPublisher publisher = SnapshotPublisher.start(SETTINGS, transport);

        // When
        publisher.publish(warm(1, cell(1, Arm.CONTROL, 1)));

        // Then the same counts arrive at the second attempt
        Snapshot arrived = transport.stored.poll(20, TimeUnit.SECONDS);
        assertThat(arrived).isNotNull();
        assertThat(arrived.getCellsList()).containsExactly(cell(1, Arm.CONTROL, 1));
        publisher.close(Duration.ofSeconds(5));
        assertThat(publisher.stats().sendsFailed()).isEqualTo(1);
    }

    @Test
    void closingSendsAFarewellAndLetsGoOfTheTransport() {
        FakeTransport transport = new FakeTransport();
        SnapshotPublisher publisher = SnapshotPublisher.start(SETTINGS, transport);
        publisher.publish(warm(7, cell(7, Arm.CONTROL, 1)));

        publisher.close(Duration.ofSeconds(20));
        publisher.publish(warm(8, cell(8, Arm.CONTROL, 1)));

        assertThat(transport.closed.getCount()).isZero();
        assertThat(transport.stored).last().extracting(Snapshot::getClosing).isEqualTo(true);
        assertThat(transport.stored)
                .allSatisfy(snapshot -> assertThat(snapshot.getWatermarkSlot()).isEqualTo(7));
    }

    @Test
    void withoutBootstrapServersItTakesEverythingAndDoesNothing() {
        SnapshotPublisher publisher =
                SnapshotPublisher.start(PublisherSettings.of(Snapshot.Process.WORKER, "worker-1", " "));

        publisher.publish(warm(7, cell(7, Arm.CONTROL, 1)));
        publisher.close(Duration.ofSeconds(1));

        assertThat(publisher.isEnabled()).isFalse();
        assertThat(publisher.stats()).isEqualTo(new PublisherStats(0, 0, 0, 0));
    }

    @Test
    void aBrokerThatCannotBeFoundIsAFailureNotAnException() {
        // Given a name that never resolves
        PublisherSettings settings = PublisherSettings.of(Snapshot.Process.WORKER, "worker-1", "broker.invalid:9092");
        SnapshotTransport transport = new KafkaSnapshotTransport(settings);

        // When
        CompletableFuture<Void> stored = transport.send(warm(1));

        // Then
        assertThat(stored).isCompletedExceptionally();
        transport.close(Duration.ZERO);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> PublisherSettings.of(Snapshot.Process.WORKER, " ", ""))
                .hasMessageContaining("processId must not be blank");
        assertThatThrownBy(() -> PublisherSettings.of(Snapshot.Process.PROCESS_UNSPECIFIED, "w", ""))
                .hasMessageContaining("GATEWAY or WORKER");
    }
}
