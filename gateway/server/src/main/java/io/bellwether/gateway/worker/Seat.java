package io.bellwether.gateway.worker;

import io.bellwether.protocol.FailureReason;
import io.bellwether.routing.outlier.Counts;
import io.bellwether.routing.outlier.Standing;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * A worker's place among those that serve one version: how its answers for that version were, and whether it may have
 * more requests. A new one is made whenever a worker begins to serve a version. Safe for all threads.
 */
public final class Seat {
    private static final double FIRST_SHARE = 0.1;

    private final Worker worker;
    private final long sinceNanos;
    private final LongAdder judged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicBoolean tried = new AtomicBoolean();
    private volatile Standing standing = Standing.IN;

    Seat(Worker worker, long sinceNanos) {
        this.worker = worker;
        this.sinceNanos = sinceNanos;
    }

    public Worker worker() {
        return worker;
    }

    Standing standing() {
        return standing;
    }

    void stand(Standing next) {
        standing = next;
    }

    boolean isIn() {
        return standing == Standing.IN;
    }

    /** Whether the next request may be its trial; there is one at a time, and true makes it this one. */
    boolean beginTrial() {
        return standing == Standing.ON_TRIAL && tried.compareAndSet(false, true);
    }

    /**
     * How busy it is: its worker's requests, and more than those while it is new, so that it gets fewer at first.
     *
     * @param slowStartNanos how long it counts as new
     */
    double load(long nowNanos, long slowStartNanos) {
        long ageNanos = nowNanos - sinceNanos;
        double share = ageNanos >= slowStartNanos ? 1 : Math.max(FIRST_SHARE, (double) ageNanos / slowStartNanos);
        return (worker.inFlight() + 1) / share;
    }

    Counts counts() {
        // Failures first: each is counted as judged before it is counted as failed.
        long failures = failed.sum();
        return new Counts(judged.sum(), failures);
    }

    /** The request that it was chosen for does not come. */
    void onNotSent() {
        tried.set(false);
    }

    void onReply(Reply reply) {
        if (reply instanceof Reply.Answered) {
            judged.increment();
        } else if (reply instanceof Reply.Failed failure && isFault(failure.reason())) {
            judged.increment();
            failed.increment();
        }
        tried.set(false);
    }

    /** Refusals, the client's mistakes and its going away say nothing about a worker's health. */
    private static boolean isFault(FailureReason reason) {
        return switch (reason) {
            case MODEL_FAILED, INTERNAL, WORKER_UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            default -> false;
        };
    }
}
