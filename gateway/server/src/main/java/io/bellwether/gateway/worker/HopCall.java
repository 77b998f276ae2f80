package io.bellwether.gateway.worker;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.hop.HopOrigin;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way over a stream. Its life is {@code NEW}, then {@code WAITING} in a table, then {@code WRITTEN}; its
 * reply comes from any of them, once. Belongs to one event loop; only {@link #reply} is for others too.
 */
public final class HopCall {
    private final ModelInferRequest inference;
    private final @Nullable HopOrigin origin;
    private final boolean synthetic;
    private final boolean unasked;
    private final long deadlineNanos;
    private final int bytes;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final Runnable settled;
    private long id;
    private boolean atWorker;
    private boolean isSettled;

    /**
     * @param deadlineNanos on the clock of the gateway
     * @param settled runs once, when it has its reply and the worker has no more to do with it
     */
    public HopCall(Outgoing request, long deadlineNanos, Runnable settled) {
        this.settled = settled;
        this.inference = request.inference();
        this.origin = request.origin().map(Origin::message).orElse(null);
        this.synthetic = request.synthetic();
        this.unasked = request.unasked();
        this.deadlineNanos = deadlineNanos;
        this.bytes = inference.getSerializedSize() + (origin == null ? 0 : origin.getSerializedSize());
    }

    public CompletionStage<Reply> reply() {
        return reply;
    }

    /** What the worker gets, once it has a number. */
    HopRequest frame(long nowNanos) {
        HopRequest.Builder frame = HopRequest.newBuilder()
                .setId(id)
                .setBudgetNanos(deadlineNanos - nowNanos)
                .setInference(inference)
                .setSynthetic(synthetic)
                .setUnasked(unasked);
        if (origin != null) {
            frame.setOrigin(origin);
        }
        return frame.build();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isLate(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    /** Its length on the wire, but for the envelope of a message. */
    int bytes() {
        return bytes;
    }

    /** Its number on its stream; 0 before it has one. */
    long id() {
        return id;
    }

    void numbered(long number) {
        id = number;
    }

    /** It goes to the worker. */
    void written() {
        atWorker = true;
    }

    /** The worker has answered it, or is gone. */
    void returned() {
        atWorker = false;
        if (isOver()) {
            settle();
        }
    }

    private void settle() {
        if (!isSettled) {
            isSettled = true;
            settled.run();
        }
    }

    /** Whether it has its reply. */
    boolean isOver() {
        return reply.isDone();
    }

    /** Gives the reply, unless there is one; what waits for it runs at once. */
    void end(Reply outcome) {
        if (!atWorker) {
            settle();
        }
        reply.complete(outcome);
    }

    /** Its caller went away. */
    void cancelled(boolean started) {
        end(new Reply.Failed(FailureReason.CANCELLED, WorkerStatus.sentence(FailureReason.CANCELLED), started));
    }

    /** Its deadline passed. */
    void expired(boolean started) {
        FailureReason reason = FailureReason.DEADLINE_EXCEEDED;
        end(new Reply.Failed(reason, WorkerStatus.sentence(reason), started));
    }

    /** Its stream is gone, or there never was one. */
    void unreachable(boolean started) {
        FailureReason reason = FailureReason.WORKER_UNAVAILABLE;
        end(new Reply.Failed(reason, WorkerStatus.sentence(reason), started));
    }
}
