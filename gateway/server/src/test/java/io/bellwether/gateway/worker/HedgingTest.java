package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeAlarms;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.worker.Dispatch.LostWork;
import io.bellwether.gateway.worker.HedgeCounts.Result;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import io.bellwether.routing.hedge.HedgeVerdict;
import io.bellwether.routing.outlier.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Requests that take longer than they should, in virtual time. */
class HedgingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DELAY_NANOS = 10_000_000L;
    private static final int BURST = 3;
    private static final Reply.Failed LOST = new Reply.Failed(FailureReason.WORKER_UNAVAILABLE, "gone", true);

    private final FakeTime time = new FakeTime();
    private final FakeAlarms alarms = new FakeAlarms();
    private final List<FakeWorkerLink> links = Stream.generate(() -> new FakeWorkerLink().serving("m", "1"))
            .limit(3)
            .toList();
    private WorkerDirectory directory = serving(links);
    private Hedging hedging = hedging("m");
    private boolean busy;

    /** Replies that the workers owe, in the order in which the requests came. */
    private final List<CompletableFuture<Reply>> owed = new ArrayList<>();

    private final List<FakeWorkerLink> asked = new ArrayList<>();

    @Test
    void aLateRequestGoesToASecondWorkerAndTheFirstAnswerWins() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());
        assertThat(alarms.delaysNanos()).containsExactly(DELAY_NANOS);

        // When
        alarms.ring();
        boolean beforeAnswer = reply.isDone();
        owed.get(1).complete(answer());
        owed.get(0).complete(answer());

        // Then
        assertThat(beforeAnswer).isFalse();
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
        assertThat(asked.get(0).cancelled).hasValue(1);
        assertThat(asked.get(1).cancelled).hasValue(0);
        assertThat(hedging.counts().sent(Result.WON)).isEqualTo(1);
        assertThat(hedging.counts().sent(Result.LOST)).isZero();
    }

    @Test
    void theCopyCountsInNoCellAndHasTheTimeThatIsLeft() {
        // Given
        warm();
        Origin origin = new Origin(7, "STABLE_REST", "", "");
        Outgoing request = new Outgoing(Requests.raw("m", "1"), Optional.of(origin), false, true);
        var unused = hedging.send(request, time.nanos() + SECOND, new Cancellation(), () -> busy);

        // When
        time.advanceMillis(10);
        alarms.ring();

        // Then
        FakeWorkerLink first = asked.get(0);
        FakeWorkerLink second = asked.get(1);
        assertThat(first.origins.get(first.origins.size() - 1)).contains(origin);
        assertThat(second.origins.get(second.origins.size() - 1)).isEmpty();
        assertThat(second.budgetsNanos.get(second.budgetsNanos.size() - 1)).isEqualTo(SECOND - DELAY_NANOS);
    }

    @Test
    void theFirstWorkerMayStillBeFirst() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());
        alarms.ring();

        // When
        owed.get(0).complete(answer());

        // Then
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(asked.get(1).cancelled).hasValue(1);
        assertThat(hedging.counts().sent(Result.LOST)).isEqualTo(1);
    }

    @Test
    void whatIsAnsweredInTimeHasNoCopy() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());

        // When
        owed.get(0).complete(answer());

        // Then
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(alarms.delaysNanos()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void untilItIsKnownWhatIsLateNothingIs() {
        // When
        hold();
        CompletableFuture<Reply> cold = send(new Cancellation());

        // Then
        assertThat(cold).isNotDone();
        assertThat(alarms.delaysNanos()).isEmpty();
        assertThat(hedging.delays()).isEmpty();
    }

    @Test
    void aRequestThatHasNoTimeForItAndAnotherModelHaveNoCopy() {
        // Given
        warm();

        // When
        var unused =
                hedging.send(Requests.outgoing("m", "1"), time.nanos() + DELAY_NANOS, new Cancellation(), () -> busy);
        hedging = hedging("other");
        var unusedToo = send(new Cancellation());

        // Then
        assertThat(alarms.delaysNanos()).isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void whileThereIsMuchToDoOrNobodyElseThereIsNoCopy() {
        // Given
        warm();
        var unused = send(new Cancellation());
        busy = true;

        // When
        alarms.ring();
        busy = false;
        List<Seat> seats = directory.fleet().ready("m", "1");
        CompletableFuture<Reply> late = send(new Cancellation());
        seats.stream()
                .filter(seat -> seat.worker().link() != asked.get(1))
                .forEach(seat -> seat.stand(seat.worker().name().equals("w0") ? Standing.OUT : Standing.ON_TRIAL));
        alarms.ring();

        // Then
        assertThat(late).isNotDone();
        assertThat(asked).hasSize(2);
        assertThat(hedging.counts().notSent(HedgeVerdict.BUSY)).isEqualTo(1);
        assertThat(hedging.counts().notSent(HedgeVerdict.NO_WORKER)).isEqualTo(1);
    }

    @Test
    void theOnlyWorkerGetsNoCopyOfItsOwnRequest() {
        // Given
        directory = serving(links.subList(0, 1));
        hedging = hedging("m");
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());

        // When
        alarms.ring();

        // Then
        assertThat(reply).isNotDone();
        assertThat(asked).hasSize(1);
        assertThat(hedging.counts().notSent(HedgeVerdict.NO_WORKER)).isEqualTo(1);
    }

    @Test
    void whenTheBudgetIsSpentRequestsWait() {
        // Given
        warm();

        // When
        for (int i = 0; i < BURST + 2; i++) {
            var unused = send(new Cancellation());
            alarms.ring();
        }

        // Then
        assertThat(asked).hasSize(BURST + BURST + 2);
        assertThat(hedging.counts().notSent(HedgeVerdict.NO_BUDGET)).isEqualTo(2);
    }

    @Test
    void aCopyThatFailsChangesNothing() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());
        alarms.ring();

        // When
        owed.get(1).complete(new Reply.Failed(FailureReason.QUEUE_FULL, "full", true));
        boolean afterFailure = reply.isDone();
        owed.get(0).complete(answer());

        // Then
        assertThat(afterFailure).isFalse();
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(hedging.counts().sent(Result.FAILED)).isEqualTo(1);
    }

    @Test
    void whenTheFirstWorkerIsLostItsCopyIsWaitedFor() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());
        alarms.ring();

        // When
        owed.get(0).complete(LOST);
        boolean afterLoss = reply.isDone();
        owed.get(1).complete(answer());

        // Then
        assertThat(afterLoss).isFalse();
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(asked).hasSize(2);
    }

    @Test
    void aRequestThatEndsItsWorkersEndsTwoAtMostAndThenThereAreNoCopiesForAWhile() {
        // Given
        warm();
        CompletableFuture<Reply> killer = send(new Cancellation());
        alarms.ring();

        // When
        owed.get(0).complete(LOST);
        owed.get(1).complete(LOST);
        CompletableFuture<Reply> next = send(new Cancellation());
        alarms.ring();

        // Then
        assertThat(killer).isCompletedWithValue(LOST);
        assertThat(asked).hasSize(3);
        assertThat(next).isNotDone();
        assertThat(hedging.counts().notSent(HedgeVerdict.PAUSED)).isEqualTo(1);
    }

    @Test
    void aRequestThatEndsItsWorkerBeforeItIsLateEndsOne() {
        // Given
        warm();
        CompletableFuture<Reply> killer = send(new Cancellation());

        // When
        owed.get(0).complete(LOST);

        // Then
        assertThat(killer).isCompletedWithValue(LOST);
        assertThat(asked).hasSize(1);
        assertThat(alarms.delaysNanos()).isEmpty();
    }

    @Test
    void whatAWorkerDidNotBeginIsTriedElsewhereAndHasNoCopyThen() {
        // Given
        warm();
        CompletableFuture<Reply> reply = send(new Cancellation());

        // When
        owed.get(0).complete(new Reply.Failed(FailureReason.NOT_READY, "leaving", false));
        owed.get(1).complete(answer());

        // Then
        assertThat(reply).isCompletedWithValue(answer());
        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
        assertThat(alarms.delaysNanos()).isEmpty();
    }

    @Test
    void aCallerThatLeavesEndsTheWorkOfBoth() {
        // Given
        warm();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Reply> reply = send(cancellation);
        alarms.ring();

        // When
        cancellation.cancel();

        // Then
        assertThat(reply.join()).isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(FailureReason.CANCELLED));
        assertThat(asked).allSatisfy(link -> assertThat(link.cancelled).hasValue(1));
    }

    @Test
    void theDelayFollowsWhatRequestsTake() {
        // Given
        links.forEach(link -> link.behaviour = request -> {
            time.advanceMillis(40);
            return FakeWorkerLink.done(answer());
        });

        // When
        for (int i = 0; i < 200; i++) {
            var unused = send(new Cancellation());
        }

        // Then
        assertThat(hedging.delays()).singleElement().satisfies(delay -> {
            assertThat(delay.model()).isEqualTo("m");
            assertThat(delay.nanos()).isBetween(40_000_000L, 45_000_000L);
        });
        directory.become(List.of());
        assertThat(hedging.delays()).isEmpty();
    }

    @Test
    void whatFailsAtOnceDoesNotMakeOthersLate() {
        // Given
        hedging = hedging("m", 0.2);
        AtomicInteger requests = new AtomicInteger();
        links.forEach(link -> link.behaviour = request -> {
            if (requests.incrementAndGet() % 20 != 0) {
                return FakeWorkerLink.done(new Reply.Failed(FailureReason.QUEUE_FULL, "full", true));
            }
            time.advanceMillis(40);
            return FakeWorkerLink.done(answer());
        });

        // When
        for (int i = 0; i < 3_000; i++) {
            var unused = send(new Cancellation());
        }

        // Then the quantile of 0.9 would be nothing, if they counted
        assertThat(hedging.delays()).singleElement().satisfies(delay -> assertThat(delay.nanos())
                .isBetween(40_000_000L, 45_000_000L));
    }

    /** Enough requests that were answered at once; from then on the workers owe their replies. */
    private void warm() {
        for (int i = 0; i < 100; i++) {
            var unused = send(new Cancellation());
        }
        time.advanceMillis(1_000);
        hold();
    }

    private void hold() {
        links.forEach(link -> link.behaviour = request -> {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            owed.add(reply);
            asked.add(link);
            return reply;
        });
    }

    private CompletableFuture<Reply> send(Cancellation cancellation) {
        return hedging.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, cancellation, () -> busy)
                .toCompletableFuture();
    }

    private Hedging hedging(String model) {
        return hedging(model, 0.001);
    }

    private Hedging hedging(String model, double shareMax) {
        return new Hedging(
                new Dispatch(directory, new RetryBudget(1, 10), LostWork.FAILS, time),
                directory,
                new HedgeTerms(Set.of(model), new HedgeSettings(0.9, DELAY_NANOS, shareMax, BURST)),
                alarms,
                time);
    }

    private WorkerDirectory serving(List<FakeWorkerLink> some) {
        List<Worker> workers = new ArrayList<>();
        some.forEach(link -> workers.add(new Worker("w" + workers.size(), link)));
        WorkerDirectory all = Directories.of(time, workers);
        all.poll();
        return all;
    }

    private static Reply answer() {
        return FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "1")));
    }
}
