package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.worker.HedgeCounts.Result;
import io.bellwether.protocol.FailureReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every order of what may happen to a request and its copy, and threads that come to it together. */
class RaceTest {
    private static final int ROUNDS = 20_000;
    private static final Reply FIRST = FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "first")));
    private static final Reply COPY = FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "copy")));
    private static final Reply BAD = failed(FailureReason.MODEL_FAILED, true);
    private static final Reply LOST = failed(FailureReason.WORKER_UNAVAILABLE, true);
    private static final Reply REFUSED = failed(FailureReason.NOT_READY, false);
    private static final Reply COPY_REFUSED = failed(FailureReason.QUEUE_FULL, true);
    private static final Reply LEFT = failed(FailureReason.CANCELLED, true);

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    /** What may happen, each at most once. */
    private enum Event {
        COPY_BEGINS,
        FIRST_ANSWERS,
        FIRST_FAILS,
        FIRST_IS_LOST,
        FIRST_REFUSES,
        COPY_ANSWERS,
        COPY_REFUSED,
        CALLER_LEAVES
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void theFirstAnswerIsTheOutcomeInEveryOrder() {
        int events = Event.values().length;
        for (int number = 0; number < Math.pow(events, 5); number++) {
            List<Event> order = new ArrayList<>();
            for (int rest = number, i = 0; i < 5; i++, rest /= events) {
                order.add(Event.values()[rest % events]);
            }
            assertThat(played(order)).as("%s", order).isEqualTo(expected(order));
        }
    }

    /** The workers of the race hear of it when they are withdrawn, and say so at once. */
    private static @Nullable Reply played(List<Event> order) {
        Cancellation caller = new Cancellation();
        Played race = new Played(caller);
        for (Event event : order) {
            switch (event) {
                case COPY_BEGINS -> race.copy();
                case FIRST_ANSWERS -> race.first(FIRST);
                case FIRST_FAILS -> race.first(BAD);
                case FIRST_IS_LOST -> race.first(LOST);
                case FIRST_REFUSES -> race.first(REFUSED);
                case COPY_ANSWERS -> race.second(COPY);
                case COPY_REFUSED -> race.second(COPY_REFUSED);
                case CALLER_LEAVES -> caller.cancel();
            }
        }
        return race.race.outcome().toCompletableFuture().getNow(null);
    }

    /** One race whose workers reply once each, to what they were sent. A retry fails as the first did. */
    private static final class Played {
        final Race race;
        private boolean firstReplied;
        private boolean copyAtWorker;

        Played(Cancellation caller) {
            race = new Race(caller);
            race.first().onCancel(() -> first(LEFT));
        }

        void copy() {
            if (race.beginCopy()) {
                copyAtWorker = true;
                race.copy().onCancel(() -> second(LEFT));
            }
        }

        void first(Reply reply) {
            if (!firstReplied) {
                firstReplied = true;
                if (race.firstReplied(reply) == Race.Next.RETRY) {
                    race.retried(reply);
                }
            }
        }

        void second(Reply reply) {
            if (copyAtWorker) {
                copyAtWorker = false;
                race.copyReplied(reply);
            }
        }
    }

    /** The same told plainly. */
    private static @Nullable Reply expected(List<Event> order) {
        boolean copyBegan = false;
        boolean copyRunning = false;
        boolean waits = false;
        for (Event event : order) {
            switch (event) {
                case COPY_BEGINS -> {
                    copyRunning |= !copyBegan;
                    copyBegan = true;
                }
                case FIRST_ANSWERS, FIRST_FAILS -> {
                    if (!waits) {
                        return event == Event.FIRST_ANSWERS ? FIRST : BAD;
                    }
                }
                case FIRST_IS_LOST, FIRST_REFUSES -> {
                    if (!waits && !copyRunning) {
                        return event == Event.FIRST_IS_LOST ? LOST : REFUSED;
                    }
                    waits = true;
                }
                case COPY_ANSWERS -> {
                    if (copyRunning) {
                        return COPY;
                    }
                }
                case COPY_REFUSED -> {
                    if (copyRunning && waits) {
                        return COPY_REFUSED;
                    }
                    copyRunning = false;
                }
                case CALLER_LEAVES -> {
                    return LEFT;
                }
            }
        }
        return null;
    }

    @Test
    void whoeverComesTogetherThereIsOneOutcomeAndTheCopyEndsOnce() throws Exception {
        Map<Result, Integer> results = new EnumMap<>(Result.class);
        for (int round = 0; round < ROUNDS; round++) {
            Reply first = round % 3 == 0 ? LOST : FIRST;
            Reply second = round % 5 == 0 ? COPY_REFUSED : COPY;
            boolean leaves = round % 2 == 0;
            Cancellation caller = new Cancellation();
            Race race = new Race(caller);
            AtomicInteger outcomes = new AtomicInteger();
            var unused = race.outcome().thenRun(outcomes::incrementAndGet);
            assertThat(race.beginCopy()).isTrue();

            List<Result> ended = together(
                    () -> {
                        if (race.firstReplied(first) == Race.Next.RETRY) {
                            race.retried(first);
                        }
                    },
                    race,
                    second,
                    () -> {
                        if (leaves) {
                            caller.cancel();
                        }
                    });

            assertThat(outcomes).as("round %d", round).hasValue(1);
            Reply outcome = race.outcome().toCompletableFuture().join();
            assertThat(List.of(first, second)).contains(outcome);
            if (!leaves && (first == FIRST || second == COPY)) {
                assertThat(outcome).isInstanceOf(Reply.Answered.class);
            }
            assertThat(ended).hasSize(1);
            assertThat(ended.get(0) == Result.WON).isEqualTo(outcome == COPY);
            results.merge(ended.get(0), 1, Integer::sum);
        }
        assertThat(results).containsOnlyKeys(Result.values());
    }

    private List<Result> together(Runnable first, Race race, Reply second, Runnable leaving) throws Exception {
        CyclicBarrier start = new CyclicBarrier(3);
        List<Result> ended = new ArrayList<>();
        List<Future<?>> all = List.of(
                threads.submit(() -> {
                    start.await();
                    first.run();
                    return null;
                }),
                threads.submit(() -> {
                    start.await();
                    ended.add(race.copyReplied(second));
                    return null;
                }),
                threads.submit(() -> {
                    start.await();
                    leaving.run();
                    return null;
                }));
        for (Future<?> one : all) {
            one.get(10, TimeUnit.SECONDS);
        }
        return ended;
    }

    private static Reply failed(FailureReason reason, boolean started) {
        return new Reply.Failed(reason, reason.name(), started);
    }
}
