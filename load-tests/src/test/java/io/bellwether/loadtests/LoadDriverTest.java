package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadDriverTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private final AtomicBoolean stop = new AtomicBoolean();
    private Samples samples;

    @BeforeEach
    void readSamples() throws Exception {
        samples = Samples.read(Files.writeString(folder.resolve("s.csv"), "a,b,label\n1,2,0\n3,4,1\n5,6,1\n"));
    }

    @Test
    void theScheduleDoesNotWaitForAStalledServer() {
        // Given a server that answers in 2 ms, and from 3 s to 5 s not at all
        long startNanos = time.nowNanos();
        Server server = new Server((row, answered) -> {
            long now = time.nowNanos();
            long stallEnd = startNanos + 5 * SECOND;
            boolean stalled = now >= startNanos + 3 * SECOND && now < stallEnd;
            time.at((stalled ? stallEnd : now) + 2 * MILLI, () -> answered.accept(ok("1", samples.label(row))));
        });

        // When
        var result = driver(server).run(plan(100, 0, 10, 1024), (second, tally, inFlight) -> {});

        // Then all 999 requests of the schedule went out, and those of the stall carry the time they should have waited
        Counts counts = Tally.sum(result.tally().total());
        assertThat(counts.count(Outcome.OK)).isEqualTo(999);
        assertThat(counts.millis(75)).isCloseTo(2, within(0.1));
        assertThat(counts.millis(100)).isCloseTo(2002, within(3.0));
        assertThat(counts.millis(90)).isCloseTo(1000, within(25.0));
        assertThat(counts.correct()).isEqualTo(counts.labelled()).isEqualTo(999);
    }

    @Test
    void aDriverThatIsHeldUpChargesTheDelayToTheRequests() {
        // Given a sender that blocks the driver for 300 ms at request 50
        List<Long> sentAt = new ArrayList<>();
        Server server = new Server((row, answered) -> {
            if (sentAt.size() == 50) {
                time.sleepUntil(time.nowNanos() + 300 * MILLI);
            }
            sentAt.add(time.nowNanos());
            answered.accept(ok("1", 0));
        });

        // When
        var result = driver(server).run(plan(100, 0, 2, 1024), (second, tally, inFlight) -> {});

        // Then the 29 requests that were due meanwhile went out at once, late, and say so
        Counts counts = Tally.sum(result.tally().total());
        assertThat(counts.total()).isEqualTo(199);
        assertThat(sentAt.stream().filter(at -> at.equals(sentAt.get(50))).count())
                .isEqualTo(31);
        assertThat(counts.millis(100)).isCloseTo(300, within(1.0));
        assertThat(result.lagNanosMax()).isEqualTo(290 * MILLI);
    }

    @Test
    void whatIsNotSentIsCountedAndNotLeftOut() {
        // Given a server that never answers
        Server server = new Server((row, answered) -> {});

        // When
        var result = driver(server).run(plan(100, 0, 3, 10), (second, tally, inFlight) -> {});

        // Then
        Counts counts = Tally.sum(result.tally().total());
        assertThat(counts.total()).isEqualTo(299);
        assertThat(counts.count(Outcome.TIMEOUT)).isEqualTo(10);
        assertThat(counts.count(Outcome.OVERRUN)).isEqualTo(289);
        assertThat(counts.latencyMicros().getTotalCount()).isZero();
    }

    @Test
    void warmUpIsSentAndNotCounted() {
        // Given
        int[] sent = {0};
        Server server = new Server((row, answered) -> {
            sent[0]++;
            answered.accept(ok("1", 0));
        });
        List<Long> seconds = new ArrayList<>();

        // When
        var result = driver(server).run(plan(10, 2, 3, 10), (second, tally, inFlight) -> seconds.add(second));

        // Then
        assertThat(sent[0]).isEqualTo(49);
        assertThat(Tally.sum(result.tally().total()).total()).isEqualTo(30);
        assertThat(result.seconds()).isCloseTo(3, within(1e-9));
        assertThat(seconds).containsExactly(1L, 2L, 3L);
    }

    @Test
    void withoutADurationItRunsUntilItIsStopped() {
        // Given
        Server server = new Server((row, answered) -> answered.accept(ok(row == 0 ? "1" : "2", 0)));
        time.at(time.nowNanos() + 60 * SECOND + MILLI, () -> stop.set(true));

        // When
        var result = driver(server).run(plan(10, 0, 0, 10), (second, tally, inFlight) -> {});

        // Then
        assertThat(Tally.sum(result.tally().total()).total()).isEqualTo(600);
        assertThat(result.tally().total()).containsOnlyKeys("1", "2");
    }

    @Test
    void intervalsAddUpToTheTotal() {
        // Given
        Server server = new Server((row, answered) -> answered.accept(ok("1", 0)));
        List<Counts> intervals = new ArrayList<>();

        // When
        var result = driver(server)
                .run(plan(50, 0, 4, 10), (second, tally, inFlight) -> intervals.add(Tally.sum(tally.takeInterval())));

        // Then
        assertThat(intervals).hasSize(4);
        assertThat(intervals.stream().mapToLong(Counts::total).sum())
                .isEqualTo(Tally.sum(result.tally().total()).total())
                .isEqualTo(199);
    }

    @Test
    void aSecondRunWithTheSeedAsksForTheSameRowsAtTheSameMoments() {
        // Given / When
        List<String> first = calls(7);
        List<String> again = calls(7);
        List<String> other = calls(8);

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private List<String> calls(long seed) {
        VirtualTime own = new VirtualTime();
        List<String> calls = new ArrayList<>();
        Server server = new Server((row, answered) -> {
            calls.add(own.nowNanos() + " " + row);
            answered.accept(ok("1", 0));
        });
        new LoadDriver(own, server, samples, stop)
                .run(
                        new LoadDriver.Plan(Arrivals.Pattern.POISSON, 100, 0, 2, seed, 10, 100),
                        (second, tally, inFlight) -> {});
        return calls;
    }

    private LoadDriver driver(Sender sender) {
        return new LoadDriver(time, sender, samples, stop);
    }

    private static LoadDriver.Plan plan(double rate, long warmup, long duration, int inFlightMax) {
        return new LoadDriver.Plan(Arrivals.Pattern.UNIFORM, rate, warmup, duration, 1, inFlightMax, 1000);
    }

    private static Answer ok(String version, int predicted) {
        return new Answer(Outcome.OK, version, predicted);
    }

    /** A server in the driver's own time. */
    private record Server(Behaviour behaviour) implements Sender {
        interface Behaviour {
            void on(int row, Consumer<Answer> answered);
        }

        @Override
        public void send(Ask ask, Consumer<Answer> answered) {
            behaviour.on(ask.row(), answered);
        }

        @Override
        public void close() {}
    }
}
