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
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.telemetry.CellId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Real threads race to end the same requests: two that run them, one that moves the clock and expires, one that withdraws
 * them as they come. Some of the requests have parts, some of their runs fail. What a seed decides is who does what, not
 * who is faster.
 */
class OneOutcomeTest {
    private static final int REQUESTS = 20_000;
    private static final int ROWS_MAX = 4;
    private static final Refusal WITHDRAWN = new Refusal(FailureReason.CANCELLED, "withdrawn");

    private static final Account ACCOUNT = new Account(true, 1, 1, 1, 1, 0);

    private final AtomicLong nowNanos = new AtomicLong();
    private final LaneQueue queue =
            new LaneQueue(new BatchingPolicy(ROWS_MAX, 1_000_000, 2), nowNanos::get, deadline -> {});
    private final List<Throwable> thrown = new ArrayList<>();

    /** A request with what was seen of its end. */
    private record Seen(RecordedReply reply, AtomicInteger ends) {}

    @Test
    void everyRequestEndsOnceWhoeverComesFirst() throws InterruptedException {
        long seed = Long.getLong("seed", 20L);
        SplittableRandom random = new SplittableRandom(seed);
        CountDownLatch done = new CountDownLatch(4);
        List<LaneQueue.Offered> offered = new ArrayList<>();
        List<Seen> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            Seen seen = new Seen(new RecordedReply(), new AtomicInteger());
            all.add(seen);
            offered.add(queue.offer(call(seen, 1 + random.nextInt(3 * ROWS_MAX)), 1 + random.nextInt(REQUESTS), 1));
        }
        queue.close();

        // When
        SplittableRandom first = random.split();
        SplittableRandom second = random.split();
        SplittableRandom third = random.split();
        thread(done, () -> runAll(first));
        thread(done, () -> runAll(second));
        thread(done, () -> {
            for (int i = 0; i < REQUESTS; i++) {
                nowNanos.incrementAndGet();
                queue.expire().forEach(late -> late.work().refuse(late(late)));
            }
        });
        thread(done, () -> {
            for (LaneQueue.Offered some : offered) {
                if (third.nextInt(4) == 0) {
                    queue.withdraw(some.entries(), WITHDRAWN);
                }
            }
        });

        // Then
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(thrown).as("seed %d", seed).isEmpty();
        assertThat(all)
                .as("seed %d", seed)
                .allMatch(seen -> seen.reply().answers() == 1 && seen.ends().get() == 1);
        assertThat(all).as("seed %d", seed).anyMatch(seen -> seen.reply().hasResult());
        assertThat(all).as("seed %d", seed).anyMatch(seen -> !seen.reply().hasResult());
    }

    private void thread(CountDownLatch done, InterruptibleTask task) {
        new Thread(() -> {
                    try {
                        task.run();
                    } catch (InterruptedException | RuntimeException e) {
                        synchronized (thrown) {
                            thrown.add(e);
                        }
                    } finally {
                        done.countDown();
                    }
                })
                .start();
    }

    private interface InterruptibleTask {
        void run() throws InterruptedException;
    }

    private void runAll(SplittableRandom random) throws InterruptedException {
        Optional<Plan<InferenceCall>> plan = queue.awaitPlan();
        while (plan.isPresent()) {
            plan.get().expired().forEach(late -> late.work().refuse(late(late)));
            for (Waiting<InferenceCall> waiting : plan.get().batch()) {
                if (random.nextInt(10) == 0) {
                    waiting.work().refuse(Refusal.modelFailed("sample", "1"));
                } else {
                    waiting.work().succeed(answer(waiting.items()), ACCOUNT);
                }
            }
            plan = queue.awaitPlan();
        }
    }

    private static Refusal late(Waiting<InferenceCall> waiting) {
        return new Refusal(FailureReason.DEADLINE_EXCEEDED, "late " + waiting.id());
    }

    private static ModelInferResponse answer(int rows) {
        return ModelInferResponse.newBuilder()
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder().addShape(rows))
                .addRawOutputContents(ByteString.copyFrom(new byte[rows]))
                .build();
    }

    private static InferenceCall call(Seen seen, int rows) {
        return new InferenceCall(
                ModelInferRequest.getDefaultInstance(),
                new FittedRequest(
                        rows,
                        0,
                        List.of(ByteString.copyFrom(new byte[rows])),
                        List.of(new FittedRequest.Wanted(0, 0)),
                        0,
                        false),
                new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                seen.reply(),
                failure -> seen.ends().incrementAndGet());
    }
}
