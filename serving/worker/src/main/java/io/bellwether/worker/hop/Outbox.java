package io.bellwether.worker.hop;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers on their way from runner threads to the event loop of a stream. Any thread puts, the loop takes; the loop is woken
 * once for all answers that are there when it comes. Holds at most one answer for each unanswered request.
 */
final class Outbox {
    private final Queue<HopAnswer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean loopWillCome = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;
    private final Runnable wakeLoop;
    private volatile boolean closed;

    /**
     * @param bytesMax bytes of answers held at once, but for one alone; what is beyond becomes a refusal
     * @param wakeLoop has the loop call {@link #wake} soon
     */
    Outbox(long bytesMax, Runnable wakeLoop) {
        this.bytesMax = bytesMax;
        this.wakeLoop = wakeLoop;
    }

    /** Any thread. */
    void put(HopAnswer answer) {
        if (closed) {
            return;
        }
        int size = answer.getSerializedSize();
        long held = bytes.addAndGet(size);
        if (held > bytesMax && held > size && answer.hasInference()) {
            bytes.addAndGet(-size);
            put(unread(answer.getId()));
            return;
        }
        answers.add(answer);
        if (loopWillCome.compareAndSet(false, true)) {
            wakeLoop.run();
        }
    }

    /** The loop has come; whoever puts something from now on wakes it again. */
    void wake() {
        loopWillCome.set(false);
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** The oldest answers: one, and as many more as fit into so many bytes. For the loop. */
    List<HopAnswer> take(int turnBytes) {
        List<HopAnswer> taken = new ArrayList<>();
        int size = 0;
        HopAnswer next = answers.peek();
        while (next != null && (taken.isEmpty() || size + next.getSerializedSize() <= turnBytes)) {
            size += next.getSerializedSize();
            taken.add(answers.remove());
            next = answers.peek();
        }
        bytes.addAndGet(-size);
        return taken;
    }

    /** Nobody wants the answers any more. */
    void close() {
        closed = true;
        answers.clear();
    }

    private static HopAnswer unread(long id) {
        return HopAnswer.newBuilder()
                .setId(id)
                .setRefusal(HopRefusal.newBuilder()
                        .setReason(FailureReason.QUEUE_FULL.name())
                        .setMessage("answers wait for the gateway to read them; try again later"))
                .build();
    }
}
