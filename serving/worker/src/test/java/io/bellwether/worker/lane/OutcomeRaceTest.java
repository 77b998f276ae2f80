package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two threads start together and end the same request in two ways, many times over. Whoever wins, it ends once, and as one
 * of the two would have it.
 */
class OutcomeRaceTest {
    private static final int ROUNDS = 10_000;
    private static final long DEADLINE_NANOS = 100;
    private static final String RESULT = "RESULT";

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    /** What may come of a call that waits or runs; each ends it, at the latest, when the device gives it back. */
    private enum OnCall {
        RESULT_AND_WITHDRAWAL(OnCall::succeed, OnCall::withdraw, "RESULT", "CANCELLED"),
        FAILURE_AND_WITHDRAWAL(OnCall::fail, OnCall::withdraw, "MODEL_FAILED", "CANCELLED"),
        RESULT_AND_EXPIRY(OnCall::succeed, OnCall::expire, "RESULT", "DEADLINE_EXCEEDED"),
        WITHDRAWAL_AND_EXPIRY(OnCall::withdraw, OnCall::expire, "CANCELLED", "DEADLINE_EXCEEDED"),
        RESULT_TWICE(OnCall::succeed, OnCall::succeed, "RESULT"),
        WITHDRAWAL_TWICE(OnCall::withdraw, OnCall::withdraw, "CANCELLED");

        private final Consumer<InferenceCall> one;
        private final Consumer<InferenceCall> other;
        private final List<String> possible;

        OnCall(Consumer<InferenceCall> one, Consumer<InferenceCall> other, String... possible) {
            this.one = one;
            this.other = other;
            this.possible = List.of(possible);
        }

        private static void succeed(InferenceCall call) {
            boolean unused = call.succeed(ModelInferResponse.getDefaultInstance());
        }

        private static void fail(InferenceCall call) {
            call.refuse(Refusal.modelFailed("sample", "1"));
        }

        private static void expire(InferenceCall call) {
            call.refuse(new Refusal(FailureReason.DEADLINE_EXCEEDED, "late"));
        }

        private static void withdraw(InferenceCall call) {
            call.withdraw(new Refusal(FailureReason.CANCELLED, "withdrawn"));
        }
    }

    /** Who comes to a queue in which one request waits. */
    private enum OnQueue {
        DISPATCH_AND_WITHDRAWAL("RESULT", "CANCELLED"),
        DISPATCH_AND_EXPIRY("RESULT", "DEADLINE_EXCEEDED"),
        WITHDRAWAL_AND_EXPIRY("CANCELLED", "DEADLINE_EXCEEDED"),
        DISPATCH_AND_DRAIN("RESULT", "NOT_READY"),
        WITHDRAWAL_AND_DRAIN("CANCELLED", "NOT_READY"),
        DISPATCH_TWICE("RESULT"),
        ARRIVAL_AND_CLOSE("RESULT", "NOT_READY");

        private final List<String> possible;

        OnQueue(String... possible) {
            this.possible = List.of(possible);
        }
    }

    /** The ends of one request, as they were told. */
    private static final class Ends implements Reply {
        private final List<String> told = new ArrayList<>();
        private final List<String> ended = new ArrayList<>();

        @Override
        public synchronized void succeeded(ModelInferResponse response) {
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
    @EnumSource
    void aCallEndsOnceAndAsOneOfTheTwoWouldHaveIt(OnCall race) throws Exception {
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
    @EnumSource
    void aQueueLetsARequestOutOnce(OnQueue race) throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        Race two = new Race();
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            AtomicLong now = new AtomicLong();
            LaneQueue queue = new LaneQueue(new BatchingPolicy(4, 8, 2), now::get, deadline -> {});
            Ends ends = new Ends();
            InferenceCall call = call(ends);
            if (race == OnQueue.ARRIVAL_AND_CLOSE) {
                // When
                two.run(() -> arrive(queue, call), queue::close);
                dispatch(queue);
            } else {
                List<Waiting<InferenceCall>> entries =
                        queue.offer(call, DEADLINE_NANOS, 1).entries();
                queue.close();
                // When
                switch (race) {
                    case DISPATCH_AND_WITHDRAWAL -> two.run(() -> dispatch(queue), () -> withdraw(queue, entries));
                    case DISPATCH_AND_EXPIRY -> two.run(() -> dispatch(queue), () -> expire(queue, now));
                    case WITHDRAWAL_AND_EXPIRY -> two.run(() -> withdraw(queue, entries), () -> expire(queue, now));
                    case DISPATCH_AND_DRAIN -> two.run(() -> dispatch(queue), () -> drain(queue));
                    case WITHDRAWAL_AND_DRAIN -> two.run(() -> withdraw(queue, entries), () -> drain(queue));
                    default -> two.run(() -> dispatch(queue), () -> dispatch(queue));
                }
            }

            // Then
            assertThat(queue.queuedRequests()).isZero();
            outcomes.merge(ends.only(), 1, Integer::sum);
        }
        assertThat(race.possible).as("%s", outcomes).containsAll(outcomes.keySet());
    }

    private static void arrive(LaneQueue queue, InferenceCall call) {
        if (queue.offer(call, DEADLINE_NANOS, 1).admission().isEmpty()) {
            call.refuse(new Refusal(FailureReason.NOT_READY, "the lane is closed"));
        }
    }

    private static void dispatch(LaneQueue queue) {
        try {
            Optional<Plan<InferenceCall>> plan = queue.awaitPlan();
            if (plan.isPresent()) {
                plan.get().expired().forEach(late -> OnCall.expire(late.work()));
                plan.get().batch().forEach(waiting -> OnCall.succeed(waiting.work()));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void withdraw(LaneQueue queue, List<Waiting<InferenceCall>> entries) {
        queue.withdraw(entries, new Refusal(FailureReason.CANCELLED, "withdrawn"));
    }

    private static void expire(LaneQueue queue, AtomicLong now) {
        now.set(DEADLINE_NANOS);
        queue.expire().forEach(late -> OnCall.expire(late.work()));
    }

    private static void drain(LaneQueue queue) {
        queue.drain()
                .forEach(waiting -> waiting.work().refuse(new Refusal(FailureReason.NOT_READY, "the version stops")));
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
