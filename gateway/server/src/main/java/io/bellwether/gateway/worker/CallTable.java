package io.bellwether.gateway.worker;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopMethod;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * The calls of one stream: those that wait to be written, and those that were and are not answered. A call that was written
 * stays here until the worker answers it, even when its caller has its reply: that is how the limits stay true for the
 * worker too. For one thread; reads no clock. A reply is given only after the table is whole again, because whoever gets
 * it may come back with the next call at once.
 */
public final class CallTable {
    private final Limits limits;
    private final Deque<HopCall> waiting = new ArrayDeque<>();
    private final LongObjectMap<HopCall> written = new LongObjectHashMap<>();
    private final List<Long> withdrawn = new ArrayList<>();
    private int callsMax;
    private int messageBytesMax;
    private long bytes;
    private long lastId;

    /**
     * Limits of this side.
     *
     * @param callsMax calls of the stream that wait or are not answered
     * @param bytesMax sum of their lengths; one call alone may be longer
     */
    public record Limits(int callsMax, long bytesMax) {}

    public CallTable(Limits limits) {
        this.limits = limits;
        this.callsMax = limits.callsMax();
        this.messageBytesMax = Integer.MAX_VALUE;
    }

    /** What the worker said that it takes. */
    public void limitTo(int workerCallsMax, int workerMessageBytesMax) {
        callsMax = Math.min(limits.callsMax(), workerCallsMax);
        messageBytesMax = workerMessageBytesMax;
    }

    /** Takes a call in, or ends it when there is no room; one that is over already is left alone. */
    public void offer(HopCall call) {
        if (call.isOver()) {
            return;
        }
        int calls = waiting.size() + written.size();
        if (calls >= callsMax || (calls > 0 && bytes + call.bytes() > limits.bytesMax())) {
            call.end(new Reply.Failed(
                    FailureReason.QUEUE_FULL,
                    "Exceeds maximum queue size of the connection to the worker; try again later",
                    false));
            return;
        }
        call.numbered(++lastId);
        bytes += call.bytes();
        waiting.add(call);
    }

    /** Whether {@link #nextTurn} has something to say. */
    public boolean hasTurn() {
        return !waiting.isEmpty() || !withdrawn.isEmpty();
    }

    /** Unanswered calls, waiting or written. */
    int calls() {
        return waiting.size() + written.size();
    }

    /** Takes the next message: all withdrawals, and waiting calls in order, as many as fit. May be empty. */
    public GatewayTurn nextTurn(long nowNanos) {
        GatewayTurn.Builder turn = GatewayTurn.newBuilder().addAllWithdrawn(withdrawn);
        withdrawn.clear();
        List<HopCall> late = new ArrayList<>(0);
        List<HopCall> tooLarge = new ArrayList<>(0);
        int turnBytes = 0;
        HopCall call = waiting.peek();
        while (call != null && turnBytes < HopMethod.TURN_BYTES) {
            if (call.isLate(nowNanos)) {
                late.add(call);
                bytes -= call.bytes();
            } else if (call.bytes() > messageBytesMax - HopMethod.ENVELOPE_BYTES_MAX) {
                tooLarge.add(call);
                bytes -= call.bytes();
            } else if (turnBytes > 0 && turnBytes + call.bytes() > HopMethod.TURN_BYTES) {
                break;
            } else {
                turnBytes += call.bytes();
                turn.addRequests(call.frame(nowNanos));
                written.put(call.id(), call);
                call.written();
            }
            waiting.remove();
            call = waiting.peek();
        }
        late.forEach(some -> some.expired(false));
        tooLarge.forEach(this::refuseTooLarge);
        return turn.build();
    }

    /** Takes the worker's answer to a call; false if there is no such call, which is a fault of the worker. */
    public boolean answered(HopAnswer answer) {
        HopCall call = written.remove(answer.getId());
        if (call == null) {
            return false;
        }
        bytes -= call.bytes();
        call.returned();
        if (!call.isOver()) {
            call.end(
                    answer.hasInference()
                            ? new Reply.Answered(answer.getInference(), Account.of(answer))
                            : WorkerStatus.failure(answer.getRefusal()));
        }
        return true;
    }

    /** The caller of a call went away: ends it, and has the worker told if it knows of it. */
    public void cancel(HopCall call) {
        if (call.isOver()) {
            return;
        }
        boolean isWritten = written.containsKey(call.id());
        if (isWritten) {
            withdrawn.add(call.id());
        } else if (waiting.remove(call)) {
            bytes -= call.bytes();
        }
        call.cancelled(isWritten);
    }

    /** Ends the calls whose deadline has passed; the worker sees to its own part. Says when the next one passes. */
    public OptionalLong expire(long nowNanos) {
        List<HopCall> late = new ArrayList<>();
        for (HopCall call : waiting) {
            if (call.isLate(nowNanos)) {
                bytes -= call.bytes();
                late.add(call);
            }
        }
        waiting.removeIf(call -> call.isLate(nowNanos));
        int lateBeforeWriting = late.size();
        written.values().stream()
                .filter(call -> !call.isOver() && call.isLate(nowNanos))
                .forEach(late::add);
        for (int i = 0; i < late.size(); i++) {
            late.get(i).expired(i >= lateBeforeWriting);
        }
        return earliestDeadlineNanos(nowNanos);
    }

    private OptionalLong earliestDeadlineNanos(long nowNanos) {
        long leastNanos = Long.MAX_VALUE;
        for (HopCall call : waiting) {
            leastNanos = Math.min(leastNanos, call.deadlineNanos() - nowNanos);
        }
        for (HopCall call : written.values()) {
            if (!call.isOver()) {
                leastNanos = Math.min(leastNanos, call.deadlineNanos() - nowNanos);
            }
        }
        return leastNanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(nowNanos + leastNanos);
    }

    /**
     * The stream is over: ends all calls.
     *
     * @param well whether the worker ended it, having answered every request that it began to work on
     */
    public void end(boolean well) {
        List<HopCall> unsent = List.copyOf(waiting);
        List<HopCall> sent = List.copyOf(written.values());
        waiting.clear();
        written.clear();
        withdrawn.clear();
        bytes = 0;
        sent.forEach(HopCall::returned);
        unsent.forEach(call -> call.unreachable(false));
        sent.forEach(call -> call.unreachable(!well));
    }

    private void refuseTooLarge(HopCall call) {
        call.end(new Reply.Failed(
                FailureReason.TOO_LARGE,
                "the request is too large for the worker; expected at most "
                        + (messageBytesMax - HopMethod.ENVELOPE_BYTES_MAX) + " bytes",
                true));
    }
}
