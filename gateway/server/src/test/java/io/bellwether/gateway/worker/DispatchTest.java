package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.worker.Dispatch.LostWork;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink one = new FakeWorkerLink().serving("m", "1");
    private final FakeWorkerLink other = new FakeWorkerLink().serving("m", "1");
    private final Worker first = new Worker("one", one);
    private final WorkerDirectory directory = Directories.of(first, new Worker("other", other));
    private final Dispatch dispatch = new Dispatch(directory, new RetryBudget(0, 3), LostWork.FAILS, time);

    @BeforeEach
    void poll() {
        directory.poll();
    }

    @Test
    void workThatDidNotBeginIsTriedOnceElsewhere() {
        // Given
        Dispatch rich = new Dispatch(directory, new RetryBudget(1, 100), LostWork.FAILS, time);
        one.fails(FailureReason.WORKER_UNAVAILABLE, "gone", false);

        // When
        for (int i = 0; i < 50; i++) {
            assertThat(now(rich.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation())))
                    .isInstanceOf(Reply.Answered.class);
            directory.poll();
        }

        // Then
        assertThat(other.received).hasSize(50);
        assertThat(one.received).hasSize((int) rich.retries()).isNotEmpty();
    }

    @Test
    void aRequestEndsOneWorkerAtMost() {
        // Given
        List<FakeWorkerLink> three = threeThatEnd();
        WorkerDirectory all = directoryOf(three);

        // When
        Reply reply = now(new Dispatch(all, new RetryBudget(1, 100), LostWork.FAILS, time)
                .send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation()));

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.WORKER_UNAVAILABLE, "gone", true));
        assertThat(received(three)).isEqualTo(1);
    }

    @Test
    void whereLostWorkGoesOnItIsTriedOnceElsewhere() {
        // Given
        Dispatch rich = new Dispatch(directory, new RetryBudget(1, 100), LostWork.GOES_ON, time);
        one.fails(FailureReason.WORKER_UNAVAILABLE, "gone", true);

        // When
        for (int i = 0; i < 50; i++) {
            assertThat(now(rich.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation())))
                    .isInstanceOf(Reply.Answered.class);
        }

        // Then
        assertThat(other.received).hasSize(50);
        assertThat(one.received).hasSize((int) rich.retries()).isNotEmpty();
    }

    @Test
    void whereLostWorkGoesOnARequestEndsTwoWorkersAtMost() {
        // Given
        List<FakeWorkerLink> three = threeThatEnd();
        WorkerDirectory all = directoryOf(three);

        // When
        Reply reply = now(new Dispatch(all, new RetryBudget(1, 100), LostWork.GOES_ON, time)
                .send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation()));

        // Then
        assertThat(reply).isInstanceOf(Reply.Failed.class);
        assertThat(received(three)).isEqualTo(2);
    }

    /** Workers that are lost with whatever they get. */
    private static List<FakeWorkerLink> threeThatEnd() {
        return Stream.generate(() -> new FakeWorkerLink().serving("m", "1"))
                .limit(3)
                .peek(link -> link.fails(FailureReason.WORKER_UNAVAILABLE, "gone", true))
                .toList();
    }

    private static WorkerDirectory directoryOf(List<FakeWorkerLink> links) {
        WorkerDirectory all = Directories.of(
                links.stream().map(link -> new Worker("any", link)).toArray(Worker[]::new));
        all.poll();
        return all;
    }

    private static int received(List<FakeWorkerLink> links) {
        return links.stream().mapToInt(link -> link.received.size()).sum();
    }

    @Test
    void whatAWorkerHasAnsweredOrIsLateWithIsNeverRepeated() {
        for (FailureReason reason : List.of(FailureReason.MODEL_FAILED, FailureReason.DEADLINE_EXCEEDED)) {
            // Given
            one.received.clear();
            other.received.clear();
            one.fails(reason, "so it is", true);
            other.fails(reason, "so it is", true);

            // When
            Reply reply = send();

            // Then
            assertThat(reply).isEqualTo(new Reply.Failed(reason, "so it is", true));
            assertThat(one.received.size() + other.received.size()).isEqualTo(1);
        }
    }

    @Test
    void aSecondFailureIsTheAnswer() {
        // Given
        one.fails(FailureReason.NOT_READY, "leaving", false);
        other.fails(FailureReason.NOT_READY, "leaving", false);

        // When
        Reply reply = send();

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.NOT_READY, "leaving", false));
        assertThat(one.received.size() + other.received.size()).isEqualTo(2);
    }

    @Test
    void withoutBudgetThereIsNoRetry() {
        // Given
        Dispatch poor = new Dispatch(directory, new RetryBudget(0, 0), LostWork.FAILS, time);
        one.fails(FailureReason.NOT_READY, "leaving", false);
        other.fails(FailureReason.NOT_READY, "leaving", false);

        // When
        Reply reply = now(poor.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation()));

        // Then
        assertThat(reply).isInstanceOf(Reply.Failed.class);
        assertThat(one.received.size() + other.received.size()).isEqualTo(1);
        assertThat(poor.retries()).isZero();
    }

    @Test
    void aRetryGetsOnlyTheTimeThatIsLeft() {
        // Given
        one.behaviour = request -> {
            time.advanceMillis(600);
            return FakeWorkerLink.done(new Reply.Failed(FailureReason.NOT_READY, "leaving", false));
        };
        other.behaviour = one.behaviour;

        // When
        send();

        // Then
        List<Long> budgets = one.budgetsNanos.isEmpty() ? other.budgetsNanos : one.budgetsNanos;
        assertThat(one.budgetsNanos.size() + other.budgetsNanos.size()).isEqualTo(2);
        assertThat(budgets.get(0) + (budgets == one.budgetsNanos ? other : one).budgetsNanos.get(0))
                .isEqualTo(1_400_000_000L);
    }

    @Test
    void nothingIsSentAfterTheDeadline() {
        // When
        Reply reply = now(dispatch.send(Requests.outgoing("m", "1"), time.nanos(), new Cancellation()));

        // Then
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(FailureReason.DEADLINE_EXCEEDED));
        assertThat(one.received).isEmpty();
        assertThat(other.received).isEmpty();
    }

    @Test
    void aWorkerThatIsNotThereGetsNothingUntilItAnswersAPoll() {
        // Given
        directory.onDown(first);

        // When
        for (int i = 0; i < 10; i++) {
            send();
        }

        // Then
        assertThat(one.received).isEmpty();
        directory.poll();
        assertThat(directory.fleet().ready("m", "1")).hasSize(2);
    }

    @Test
    void whoeverIsLeftByItsCallersIsStillBusyUntilItAnswers() {
        // Given
        CompletableFuture<Reply> stuck = new CompletableFuture<>();
        one.behaviour = request -> stuck;
        Cancellation cancellation = new Cancellation();
        while (one.received.isEmpty()) {
            CompletionStage<Reply> unused =
                    dispatch.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, cancellation);
        }

        // When
        cancellation.cancel();
        for (int i = 0; i < 50; i++) {
            send();
        }
        int whileStuck = one.received.size();
        stuck.complete(new Reply.Failed(FailureReason.CANCELLED, "withdrawn", true));

        // Then
        assertThat(whileStuck).isEqualTo(1);
        assertThat(first.inFlight()).isZero();
    }

    @Test
    void theLessBusyWorkerIsChosen() {
        // Given
        one.behaviour = request -> new CompletableFuture<>();
        other.behaviour = request -> new CompletableFuture<>();

        // When
        for (int i = 0; i < 10; i++) {
            CompletionStage<Reply> unused =
                    dispatch.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation());
        }

        // Then
        assertThat(one.received).hasSize(5);
        assertThat(other.received).hasSize(5);
    }

    @Test
    void aSlowPollKeepsTheWorkerAndManyDoNot() {
        // Given
        FakeWorkerLink slow = new FakeWorkerLink().serving("m", "1");
        SlowIndex link = new SlowIndex(slow);
        WorkerDirectory alone = Directories.of(new Worker("slow", link));
        alone.poll();

        // When
        link.slow = true;
        alone.poll();
        boolean afterOne = alone.fleet().servesSomething();
        for (int i = 0; i < 10; i++) {
            alone.poll();
        }

        // Then
        assertThat(afterOne).isTrue();
        assertThat(alone.fleet().servesSomething()).isFalse();
    }

    private Reply send() {
        return now(dispatch.send(Requests.outgoing("m", "1"), time.nanos() + SECOND, new Cancellation()));
    }

    private static Reply now(CompletionStage<Reply> reply) {
        return reply.toCompletableFuture().join();
    }

    /** Fails questions about the index as a deadline does. */
    private static final class SlowIndex implements WorkerLink {
        private final FakeWorkerLink inner;
        boolean slow;

        SlowIndex(FakeWorkerLink inner) {
            this.inner = inner;
        }

        @Override
        public CompletionStage<Reply> forward(
                Outgoing request, long budgetNanos, Cancellation cancellation, Runnable settled) {
            return inner.forward(request, budgetNanos, cancellation, settled);
        }

        @Override
        public CompletionStage<RepositoryIndexResponse> index() {
            return slow ? CompletableFuture.failedFuture(new IllegalStateException("late")) : inner.index();
        }

        @Override
        public void listen(WorkerNews listener) {
            inner.listen(listener);
        }

        @Override
        public void spread(List<KillNotice> kills) {}

        @Override
        public CompletionStage<ModelMetadataResponse> metadata(ModelMetadataRequest request) {
            return inner.metadata(request);
        }

        @Override
        public CompletionStage<ModelConfigResponse> config(ModelConfigRequest request) {
            return inner.config(request);
        }

        @Override
        public CompletionStage<ModelStatisticsResponse> statistics(ModelStatisticsRequest request) {
            return inner.statistics(request);
        }

        @Override
        public CompletionStage<CapacityResponse> capacity(CapacityRequest request) {
            return inner.capacity(request);
        }

        @Override
        public CompletionStage<Optional<Refusal>> load(String model) {
            return inner.load(model);
        }

        @Override
        public CompletionStage<Optional<Refusal>> unload(String model) {
            return inner.unload(model);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
