package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.protocol.hop.HopStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workers that serve one version, and what they tell of it; the choice is always between both. */
class SeatChoiceTest {
    private static final long MILLI = 1_000_000;
    private static final long SLOW_START_NANOS = 10_000 * MILLI;
    private static final int SILENCE_MILLIS = 200;

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink one = new FakeWorkerLink().serving("m", "1");
    private final FakeWorkerLink other = new FakeWorkerLink().serving("m", "1");
    private WorkerDirectory directory = directory(0);

    private WorkerDirectory directory(long slowStartNanos) {
        return new WorkerDirectory(
                List.of(new Worker("one", one), new Worker("other", other)),
                new WorkerDirectory.Settings(16, slowStartNanos, SILENCE_MILLIS * MILLI),
                time,
                bound -> 0);
    }

    @BeforeEach
    void begin() {
        directory.poll();
    }

    @Test
    void itGoesWhereItWouldBeAnsweredEarlierWhoeverElseSendsThere() {
        // Given: nothing of this gateway is anywhere
        tells(one, status(40, 10, 2));
        tells(other, status(5, 10, 2));

        // Then
        assertThat(chosen()).isEqualTo("other");
        assertThat(directory.choices()).isEqualTo(new WorkerDirectory.Choices(1, 0));
    }

    @Test
    void ofTwoIdleOnesItGoesToTheFasterEvenIfThatHasARequest() {
        // Given
        tells(one, status(0, 20, 20));
        tells(other, status(0, 5, 5));
        sends("other");

        // Then
        assertThat(chosen()).isEqualTo("other");
        sends("other", "other");
        assertThat(chosen()).isEqualTo("one");
    }

    @Test
    void whatThisGatewaySentSinceCounts() {
        // Given
        tells(one, status(4, 2, 2));
        tells(other, status(1, 2, 2));

        // When
        List<String> chosen = IntStream.range(0, 6).mapToObj(i -> sendChosen()).toList();

        // Then: 1, 3, then 5 ms against 4
        assertThat(chosen).containsExactly("other", "other", "one", "other", "one", "other");
    }

    @Test
    void whatWasAnsweredSinceCountsToo() {
        // Given
        List<Seat> sent = sends("one", "one", "one");
        tells(one, status(6, 2, 2));
        tells(other, status(3, 2, 2));

        // When
        sent.forEach(Seat::onSettled);

        // Then
        assertThat(chosen()).isEqualTo("one");
    }

    @Test
    void otherGatewaysAreTakenToDoTheSame() {
        // Given: of twelve requests at each, all but two are of others; so each of ours stands for about four
        sends("one", "one", "other", "other");
        tells(one, status(20, 1, 1).setWaiting(11).setRunning(1));
        tells(other, status(12, 1, 1).setWaiting(11).setRunning(1));

        // When
        List<String> chosen = IntStream.range(0, 3).mapToObj(i -> sendChosen()).toList();

        // Then: 12, 16.3, then 20.7 ms against 20
        assertThat(chosen).containsExactly("other", "other", "one");
    }

    @ParameterizedTest
    @ValueSource(ints = {SILENCE_MILLIS, 5_000})
    void whoHasBecomeSilentIsNotBelieved(int laterMillis) {
        // Given
        tells(one, status(40, 10, 2));
        tells(other, status(5, 10, 2));
        sends("other");

        // When
        time.advanceMillis(laterMillis);

        // Then: one has no requests of this gateway
        assertThat(chosen()).isEqualTo("one");
        assertThat(directory.choices()).isEqualTo(new WorkerDirectory.Choices(0, 1));
    }

    @Test
    void whatWasToldHoldsWhileTheWorkerSaysThatNothingDiffersButNotForASecond() {
        // Given
        tells(one, status(40, 10, 2));
        tells(other, status(5, 10, 2));
        sends("other");

        // When
        for (int passed = 0; passed < 900; passed += 100) {
            time.advanceMillis(100);
            one.news.told(List.of());
            other.news.told(List.of());
        }
        String before = chosen();
        time.advanceMillis(100);
        one.news.told(List.of());
        other.news.told(List.of());

        // Then
        assertThat(before).isEqualTo("other");
        assertThat(chosen()).isEqualTo("one");
    }

    @Test
    void whereOneWorkerTellsNothingBothAreComparedByTheRequestsOfThisGateway() {
        // Given: an old worker, and a new one that would be chosen by its time
        tells(other, status(0, 1, 1));
        sends("other");

        // Then
        assertThat(chosen()).isEqualTo("one");
        sends("one", "one");
        assertThat(chosen()).isEqualTo("other");
    }

    @Test
    void aWorkerThatHasNotLearntHowLongRunsTakeIsComparedByRequests() {
        // Given
        tells(one, status(3, 0, 0));
        tells(other, status(0, 1, 1));
        sends("other");

        // Then
        assertThat(chosen()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource({
        "1_000, 40, other", // a tenth of its share: 3 ms count as 30
        "1_000, 20, one",
        "9_000, 5, other", // nine tenths
        "9_000, 2, one",
        "10_000, 4, other"
    })
    void slowStartHolds(String ageMillis, int waitMillisOfOld, String expected) {
        // Given: other begins to serve after the first
        other.empty();
        directory = directory(SLOW_START_NANOS);
        directory.poll();
        time.advanceMillis(10_000);
        other.serving("m", "1");
        directory.poll();
        time.advanceMillis(Long.parseLong(ageMillis.replace("_", "")));

        // When
        tells(one, status(waitMillisOfOld, 1, 1));
        tells(other, status(2, 1, 1));

        // Then
        assertThat(chosen()).isEqualTo(expected);
    }

    @Test
    void aSeatThatIsTakenAnewKnowsNothingOfWhatWasToldBefore() {
        // Given
        tells(one, status(40, 10, 2));
        tells(other, status(5, 10, 2));
        sends("other");

        // When
        other.empty();
        directory.poll();
        other.serving("m", "1");
        directory.poll();

        // Then
        assertThat(chosen()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 1, 0",
        "0, -1, 1, 0",
        "0, 1, -1, 0",
        "-9223372036854775808, 1, 1, 0",
        "9223372036854775807, 1, 1, 0",
        "3600000000001, 1, 1, 0",
        "0, 1, 9223372036854775807, 0",
        "0, 1, 1, -1",
        "0, 1, 1, 2147483647"
    })
    void whatCannotBeTrueIsNotTaken(long waitNanos, long runNanos, long eachNanos, int waiting) {
        // Given
        tells(one, status(4, 1, 1));
        tells(other, status(9, 1, 1));

        // When
        other.news.told(List.of(HopStatus.newBuilder()
                .setModel("m")
                .setVersion("1")
                .setWaiting(waiting)
                .setWaitNanos(waitNanos)
                .setRunNanos(runNanos)
                .setEachNanos(eachNanos)
                .build()));

        // Then
        assertThat(chosen()).isEqualTo("one");
        assertThat(told("other").waitNanos()).isEqualTo(9 * MILLI);
    }

    @Test
    void whatNobodyKnowsAndWhatIsTooMuchIsIgnored() {
        // Given
        List<HopStatus> hostile = new ArrayList<>();
        hostile.add(HopStatus.getDefaultInstance());
        hostile.add(status(1, 1, 1).setVersion("99").build());
        for (int i = 0; i < 5_000; i++) {
            hostile.add(status(1, 1, 1).setModel("unknown-" + i).build());
        }
        hostile.add(status(0, 1, 1).build());

        // When
        tells(one, status(4, 1, 1));
        tells(other, status(9, 1, 1));
        other.news.told(hostile);

        // Then: the last of them is beyond what is looked at
        assertThat(told("other").waitNanos()).isEqualTo(9 * MILLI);
        assertThat(chosen()).isEqualTo("one");
    }

    @Test
    void whoTellsBeforeItsIndexIsKnownIsNotHeard() {
        // Given
        directory = directory(0);

        // When
        tells(one, status(4, 1, 1));

        // Then
        assertThat(directory.told(worker("one"), "m", "1")).isEmpty();
    }

    @Test
    void whatWasToldIsShownWithItsAge() {
        // When
        tells(one, status(4, 3, 2).setWaiting(7).setRunning(2));
        time.advanceMillis(30);

        // Then
        assertThat(directory.told(worker("one"), "m", "1")).hasValueSatisfying(told -> {
            assertThat(told.ageNanos()).isEqualTo(30 * MILLI);
            assertThat(told.status())
                    .isEqualTo(
                            new SeatStatus(7, 2, 4 * MILLI, 3 * MILLI, 2 * MILLI, time.nanos() - 30 * MILLI, 0, 0, 9));
        });
        assertThat(directory.told(worker("one"), "m", "2")).isEmpty();
    }

    private static HopStatus.Builder status(int waitMillis, int runMillis, int eachMillis) {
        return HopStatus.newBuilder()
                .setModel("m")
                .setVersion("1")
                .setWaitNanos(waitMillis * MILLI)
                .setRunNanos(runMillis * MILLI)
                .setEachNanos(eachMillis * MILLI);
    }

    private static void tells(FakeWorkerLink worker, HopStatus.Builder status) {
        worker.news.told(List.of(status.build()));
    }

    private String chosen() {
        return directory.choose("m", "1", null).orElseThrow().worker().name();
    }

    private String sendChosen() {
        Seat seat = directory.choose("m", "1", null).orElseThrow();
        seat.onSent();
        return seat.worker().name();
    }

    private List<Seat> sends(String... workers) {
        List<Seat> seats = new ArrayList<>();
        for (String name : workers) {
            Seat seat = directory.fleet().ready("m", "1").stream()
                    .filter(some -> some.worker().name().equals(name))
                    .findFirst()
                    .orElseThrow();
            seat.onSent();
            seats.add(seat);
        }
        return seats;
    }

    private Worker worker(String name) {
        return directory.workers().stream()
                .filter(worker -> worker.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private SeatStatus told(String worker) {
        return directory.told(worker(worker), "m", "1").orElseThrow().status();
    }
}
