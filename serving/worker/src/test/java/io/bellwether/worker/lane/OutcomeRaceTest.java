package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.telemetry.CellId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two threads start together and end the same request in two ways, many times over. Whoever wins, it ends once, and as one
 * of the two would have it.
 */
class OutcomeRaceTest {
    private static final int ROUNDS = 10_000;
    private static final long DEADLINE_NANOS = 100;
    private static final String RESULT = "RESULT";
    private static final Refusal WITHDRAWN = new Refusal(FailureReason.CANCELLED, "withdrawn");

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    /**
     * Two who end a call that waits or runs.
     *
     * @param possible what may come of it
     */
    private record CallRace(
            String name, Consumer<InferenceCall> one, Consumer<InferenceCall> other, List<String> possible) {
        CallRace {
            possible = List.copyOf(possible);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Two who come to a queue in which one request waits. */
    private record QueueRace(String name, Consumer<Bench> one, Consumer<Bench> other, List<String> possible) {
        QueueRace {
            possible = List.copyOf(possible);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<CallRace> callRaces() {
        Consumer<InferenceCall> result = OutcomeRaceTest::succeed;
        Consumer<InferenceCall> failure = call -> call.refuse(Refusal.modelFailed("sample", "1"));
        Consumer<InferenceCall> expiry = OutcomeRaceTest::expire;
        Consumer<InferenceCall> withdrawal = call -> call.withdraw(WITHDRAWN);
        return Stream.of(
                new CallRace("result, withdrawal", result, withdrawal, List.of(RESULT, "CANCELLED")),
                new CallRace("failure, withdrawal", failure, withdrawal, List.of("MODEL_FAILED", "CANCELLED")),
                new CallRace("result, expiry", result, expiry, List.of(RESULT, "DEADLINE_EXCEEDED")),
                new CallRace("withdrawal, expiry", withdrawal, expiry, List.of("CANCELLED", "DEADLINE_EXCEEDED")),
                new CallRace("result, result", result, result, List.of(RESULT)),
                new CallRace("withdrawal, withdrawal", withdrawal, withdrawal, List.of("CANCELLED")));
    }

    static Stream<QueueRace> queueRaces() {
        return Stream.of(
                new QueueRace("dispatch, withdrawal", Bench::dispatch, Bench::withdraw, List.of(RESULT, "CANCELLED")),
                new QueueRace("dispatch, expiry", Bench::dispatch, Bench::expire, List.of(RESULT, "DEADLINE_EXCEEDED")),
                new QueueRace(
                        "withdrawal, expiry",
                        Bench::withdraw,
                        Bench::expire,
                        List.of("CANCELLED", "DEADLINE_EXCEEDED")),
                new QueueRace("dispatch, drain", Bench::dispatch, Bench::drain, List.of(RESULT, "NOT_READY")),
                new QueueRace("withdrawal, drain", Bench::withdraw, Bench::drain, List.of("CANCELLED", "NOT_READY")),
                new QueueRace("dispatch, dispatch", Bench::dispatch, Bench::dispatch, List.of(RESULT)),
                new QueueRace("withdrawal, withdrawal", Bench::withdraw, Bench::withdraw, List.of("CANCELLED")));
    }

    /** The ends of one request, as they were told. */
    private static final class Ends implements Reply {
        private final List<String> told = new ArrayList<>();
        private final List<String> ended = new ArrayList<>();

        @Override
        public synchronized void succeeded(ModelInferResponse response, Account account) {
            told.add(RESULT);
        }

        @Override
        public synchronized void refused(Refusal refusal) {
            told.add(refusal.reason().name());
        }

        synchronized void atEnd(Optional<FailureReason> reason) {
            ended.add(reason.map(FailureReason::name).orElse(RESULT));
        }

        synchronized String only() {
            assertThat(told).hasSize(1);
            assertThat(ended).isEqualTo(told);
            return told.get(0);
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("callRaces")
    void aCallEndsOnceAndAsOneOfTheTwoWouldHaveIt(CallRace race) throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        Race two = new Race();
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Ends ends = new Ends();
            InferenceCall call = call(ends);

            // When: at last the device gives it back, whatever came before
            two.run(() -> race.one.accept(call), () -> race.other.accept(call));
            call.refuse(new Refusal(FailureReason.INTERNAL, "off the device"));

            // Then
            assertThat(call.isWanted()).isFalse();
            outcomes.merge(ends.only(), 1, Integer::sum);
        }
        assertThat(race.possible).as("%s", outcomes).containsAll(outcomes.keySet());
    }

    @ParameterizedTest
    @MethodSource("queueRaces")
    void aQueueLetsARequestOutOnce(QueueRace race) throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        Race two = new Race();
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Bench bench = new Bench();
            bench.arrive();
            bench.queue.close();

            // When
            two.run(() -> race.one.accept(bench), () -> race.other.accept(bench));

            // Then
            assertThat(bench.queue.queuedRequests()).isZero();
            outcomes.merge(bench.ends.only(), 1, Integer::sum);
        }
        assertThat(race.possible).as("%s", outcomes).containsAll(outcomes.keySet());
    }

    @Test
    void whoArrivesWhileTheLaneClosesIsServedOrTold() throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        Race two = new Race();
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Bench bench = new Bench();

            // When: a runner finishes what waits and then ends
            two.run(bench::arrive, bench.queue::close);
            bench.dispatch();

            // Then
            outcomes.merge(bench.ends.only(), 1, Integer::sum);
        }
        assertThat(List.of(RESULT, "NOT_READY")).as("%s", outcomes).containsAll(outcomes.keySet());
    }

    private static void succeed(InferenceCall call) {
        boolean unused = call.succeed(ModelInferResponse.getDefaultInstance(), new Account(false, 1, 1, 1, 1, 0));
    }

    private static void expire(InferenceCall call) {
        call.refuse(new Refusal(FailureReason.DEADLINE_EXCEEDED, "late"));
    }

    /** A queue, a request, and all who may end it. */
    private static final class Bench {
        final Ends ends = new Ends();
        private final AtomicLong now = new AtomicLong();
        final LaneQueue queue = new LaneQueue(new BatchingPolicy(4, 8, 2), now::get, deadline -> {});
        private final InferenceCall call = call(ends);
        private List<Waiting<InferenceCall>> entries = List.of();

        void arrive() {
            LaneQueue.Offered offered = queue.offer(call, DEADLINE_NANOS, 1);
            entries = offered.entries();
            if (offered.admission().isEmpty()) {
                call.refuse(new Refusal(FailureReason.NOT_READY, "the lane is closed"));
            }
        }

        void dispatch() {
            try {
                Optional<Plan<InferenceCall>> plan = queue.awaitPlan();
                if (plan.isPresent()) {
                    plan.get().expired().forEach(late -> OutcomeRaceTest.expire(late.work()));
                    plan.get().batch().forEach(waiting -> succeed(waiting.work()));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void withdraw() {
            queue.withdraw(entries, WITHDRAWN);
        }

        void expire() {
            now.set(DEADLINE_NANOS);
            queue.expire().forEach(late -> OutcomeRaceTest.expire(late.work()));
        }

        void drain() {
            queue.drain().forEach(waiting -> waiting.work()
                    .refuse(new Refusal(FailureReason.NOT_READY, "the version stops")));
        }
    }

    private static InferenceCall call(Ends ends) {
        return new InferenceCall(
                ModelInferRequest.getDefaultInstance(),
                new FittedRequest(
                        1,
                        0,
                        List.of(ByteString.copyFrom(new byte[1])),
                        List.of(new FittedRequest.Wanted(0, 0)),
                        0,
                        false),
                new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                ends,
                ends::atEnd);
    }

    /** Two threads that start as nearly together as a barrier lets them. */
    private final class Race {
        private final CyclicBarrier start = new CyclicBarrier(2);

        void run(Runnable one, Runnable other) throws Exception {
            Future<?> first = threads.submit(() -> atOnce(one));
            Future<?> second = threads.submit(() -> atOnce(other));
            first.get(30, TimeUnit.SECONDS);
            second.get(30, TimeUnit.SECONDS);
        }

        private void atOnce(Runnable task) {
            try {
                start.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            task.run();
        }
    }
}
