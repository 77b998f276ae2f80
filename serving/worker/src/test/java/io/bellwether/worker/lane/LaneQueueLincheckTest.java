package io.bellwether.worker.lane;

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
import io.bellwether.worker.Interleavings;
import io.bellwether.worker.telemetry.CellId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Dispatch, completion, withdrawal and expiry of one request in every order, each in the steps in which threads do
 * it: what a runner or the watch has taken out of the queue it answers later. Each step says what the client was told by it.
 */
public class LaneQueueLincheckTest {
    private static final ThreadLocal<String> TOLD = ThreadLocal.withInitial(() -> "");
    private static final long DEADLINE_NANOS = 100;
    private static final Account ACCOUNT = new Account(false, 1, 1, 1, 1, 0);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger answers = new AtomicInteger();
    private final LaneQueue queue = new LaneQueue(new BatchingPolicy(4, 8, 2), now::get, deadline -> {});
    private final List<Waiting<InferenceCall>> entries;
    private final List<Waiting<InferenceCall>> onTheDevice = new ArrayList<>();
    private final List<Waiting<InferenceCall>> late = new ArrayList<>();

    public LaneQueueLincheckTest() {
        InferenceCall call = new InferenceCall(
                ModelInferRequest.getDefaultInstance(),
                new FittedRequest(1, 0, List.of(ByteString.EMPTY), List.of(new FittedRequest.Wanted(0, 0)), 0, false),
                new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                new Told(),
                failure -> {});
        entries = queue.offer(call, DEADLINE_NANOS, 1).entries();
        // A closed queue gives out what waits, and lets nobody wait for more.
        queue.close();
    }

    private final class Told implements Reply {
        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            answers.incrementAndGet();
            TOLD.set("result");
        }

        @Override
        public void refused(Refusal refusal) {
            answers.incrementAndGet();
            TOLD.set(refusal.message());
        }
    }

    private String toldBy(Runnable operation) {
        TOLD.set("");
        operation.run();
        return TOLD.get();
    }

    @Operation(nonParallelGroup = "runner")
    public int dispatch() throws InterruptedException {
        Optional<Plan<InferenceCall>> plan = queue.awaitPlan();
        plan.ifPresent(some -> {
            onTheDevice.addAll(some.batch());
            onTheDevice.addAll(some.expired());
        });
        return onTheDevice.size();
    }

    @Operation(nonParallelGroup = "runner")
    public String complete() {
        return toldBy(() -> onTheDevice.forEach(waiting -> {
            boolean unused = waiting.work().succeed(ModelInferResponse.getDefaultInstance(), ACCOUNT);
        }));
    }

    @Operation(nonParallelGroup = "watch")
    public int findLate() {
        late.addAll(queue.expire());
        return late.size();
    }

    @Operation(nonParallelGroup = "watch")
    public String tellLate() {
        return toldBy(() ->
                late.forEach(waiting -> waiting.work().refuse(new Refusal(FailureReason.DEADLINE_EXCEEDED, "late"))));
    }

    @Operation
    public void deadlinePasses() {
        now.set(DEADLINE_NANOS);
    }

    @Operation
    public String withdraw() {
        return toldBy(() -> queue.withdraw(entries, new Refusal(FailureReason.CANCELLED, "withdrawn")));
    }

    @Operation
    public int waiting() {
        return queue.queuedRequests();
    }

    @Validate
    public void oneAnswerAtMost() {
        if (answers.get() > 1) {
            throw new IllegalStateException(answers + " answers");
        }
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Interleavings.check(LaneQueueLincheckTest.class);
    }
}
