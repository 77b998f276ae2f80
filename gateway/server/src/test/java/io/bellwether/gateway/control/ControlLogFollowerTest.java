package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.gateway.Await;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.routing.SnapshotRead;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The follower on its own thread, with Kafka's own consumer for tests. */
class ControlLogFollowerTest {
    private static final TopicPartition LOG = new TopicPartition(ControlTopics.CONTROL_LOG, 0);

    @TempDir
    private Path folder;

    private final ControlFold fold = new ControlFold();
    private final FakeTime time = new FakeTime();
    private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    private @Nullable ControlLogFollower follower;

    /** One connection: what the log is, and who reads it. */
    private record Session(String identity, MockConsumer<String, byte[]> consumer) {}

    @AfterEach
    void stop() {
        follower.close();
        Await.until("it writes no more", follower::hasEnded);
    }

    @Test
    void commandsTakeEffectInOrderAndTombstonesAndGarbageDoNot() {
        // Given
        MockConsumer<String, byte[]> consumer = log("a", 4);
        start("");

        // When
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, Commands.setStable("c0", "1").toByteArray()));
            consumer.addRecord(record(1, null));
            consumer.addRecord(record(2, new byte[] {1, 2, 3}));
            consumer.addRecord(record(3, Commands.setStable("c3", "2").toByteArray()));
        });

        // Then
        Await.until("all of the log is folded", () -> fold.state().lastPosition() == 3);
        assertThat(fold.state().stableVersion("m")).contains("2");
        Await.until("nothing is behind", () -> follower.lag() == 0 && follower.reachable());
        Await.until("the state is on disk", () -> file().load()
                .map(SnapshotRead.Restored::state)
                .filter(state -> state.lastPosition() == 3)
                .isPresent());
    }

    @Test
    void itGoesOnBehindTheLastGoodPosition() {
        // Given: a state that ends at position 4
        fold.restore(fold.state().apply(Commands.setStable("c4", "1"), 4).state(), fold.logId());
        MockConsumer<String, byte[]> consumer = log("a", 6);

        // When
        start("a");
        Await.until("it reads on", () -> consumer.assignment().contains(LOG) && consumer.position(LOG) == 5);
        consumer.schedulePollTask(
                () -> consumer.addRecord(record(5, Commands.setStable("c5", "2").toByteArray())));

        // Then
        Await.until("the rest is folded", () -> fold.state().lastPosition() == 5);
        assertThat(fold.state().stableVersion("m")).contains("2");
    }

    @Test
    void anotherLogOfTheSameNameIsFoldedOnTopOfTheRoutes() {
        // Given
        fold.restore(fold.state().apply(Commands.setStable("c4", "2"), 4).state(), fold.logId());
        MockConsumer<String, byte[]> consumer = log("b", 1);

        // When
        start("a");
        Await.until(
                "it reads from the beginning",
                () -> consumer.assignment().contains(LOG) && consumer.position(LOG) == 0);

        // Then
        assertThat(fold.state().stableVersion("m")).contains("2");
        consumer.schedulePollTask(
                () -> consumer.addRecord(record(0, Commands.setStable("d0", "1").toByteArray())));
        Await.until(
                "the new command counts", () -> fold.state().stableVersion("m").equals(Optional.of("1")));
    }

    @Test
    void withoutKafkaTheRoutesStayAndItComesBack() {
        // Given
        MockConsumer<String, byte[]> first = log("a", 1);
        start("");
        first.schedulePollTask(
                () -> first.addRecord(record(0, Commands.setStable("c0", "2").toByteArray())));
        Await.until("the command is folded", () -> fold.state().lastPosition() == 0);

        // When: the connection breaks, there is none for a while, then there is one again
        first.schedulePollTask(() -> first.setPollException(new KafkaException("gone")));
        Await.until("it notices", () -> !follower.reachable());
        assertThat(fold.state().stableVersion("m")).contains("2");
        MockConsumer<String, byte[]> second = log("a", 2);
        second.schedulePollTask(
                () -> second.addRecord(record(1, Commands.setStable("c1", "1").toByteArray())));

        // Then
        Await.until("it goes on", () -> fold.state().lastPosition() == 1 && follower.reachable());
        assertThat(fold.state().stableVersion("m")).contains("1");
    }

    @Test
    void whileTheLogIsAwayItIsAskedForAgainWithoutAPause() {
        // Given: a leader that does not answer, until there is another one
        AtomicInteger unanswered = new AtomicInteger(3);
        MockConsumer<String, byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
            @Override
            public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
                if (unanswered.getAndDecrement() > 0) {
                    throw new TimeoutException("the leader is frozen");
                }
                return super.endOffsets(partitions, timeout);
            }
        };
        log("a", 0, consumer);
        start("");
        Await.until("it reads", follower::reachable);

        // When: it is time to ask, once; time stands still from then on
        time.advanceMillis(1_000);
        Await.until("it was away", () -> unanswered.get() <= 0);

        // Then
        Await.until("it is back", follower::reachable);
        assertThat(unanswered.get()).isEqualTo(-1);
    }

    private void start(String restoredLogId) {
        ControlLogSource source = new ControlLogSource() {
            @Override
            public String identity() {
                Session next = sessions.peek();
                if (next == null) {
                    throw new KafkaException("Kafka is away");
                }
                return next.identity();
            }

            @Override
            public Consumer<String, byte[]> open() {
                return sessions.remove().consumer();
            }
        };
        follower = new ControlLogFollower(
                source, Duration.ofSeconds(1), fold, file(), new GatewayMetrics(new SimpleMeterRegistry()), time);
        fold.restore(fold.state(), restoredLogId);
        follower.start();
    }

    private ControlStateFile file() {
        return new ControlStateFile(folder);
    }

    /** The log as the next connection finds it. */
    private MockConsumer<String, byte[]> log(String identity, long end) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
        log(identity, end, consumer);
        return consumer;
    }

    private void log(String identity, long end, MockConsumer<String, byte[]> consumer) {
        consumer.updateBeginningOffsets(Map.of(LOG, 0L));
        consumer.updateEndOffsets(Map.of(LOG, end));
        sessions.add(new Session(identity, consumer));
    }

    private static ConsumerRecord<String, byte[]> record(long position, byte @Nullable [] value) {
        return new ConsumerRecord<>(LOG.topic(), LOG.partition(), position, "key", value);
    }
}
