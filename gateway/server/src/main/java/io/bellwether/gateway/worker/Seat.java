package io.bellwether.gateway.worker;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.routing.outlier.Counts;
import io.bellwether.routing.outlier.Standing;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A worker's place among those that serve one version: how its answers for that version were, and whether it may have
 * more requests. A new one is made whenever a worker begins to serve a version. Safe for all threads.
 */
public final class Seat {
    private static final double FIRST_SHARE = 0.1;

    /** A worker that tells of its versions tells of each again before this. */
    private static final long STATUS_NANOS_MAX = 1_000_000_000;

    private final Worker worker;
    private final long sinceNanos;
    private final LongAdder judged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicBoolean tried = new AtomicBoolean();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Standing standing = Standing.IN;
    private volatile @Nullable SeatStatus status;

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
        return (worker.inFlight() + 1) / share(nowNanos, slowStartNanos);
    }

    /** The same by what its worker told: how long a request would take there, and longer than that while it is new. */
    double load(SeatStatus told, long nowNanos, long slowStartNanos) {
        return told.answeredNanos(inFlight.get()) / share(nowNanos, slowStartNanos);
    }

    private double share(long nowNanos, long slowStartNanos) {
        long ageNanos = nowNanos - sinceNanos;
        return ageNanos >= slowStartNanos ? 1 : Math.max(FIRST_SHARE, (double) ageNanos / slowStartNanos);
    }

    /** Its worker tells how it stands. By one thread at a time. */
    void onTold(HopStatus said, long nowNanos) {
        SeatStatus.of(said, status, inFlight.get(), nowNanos).ifPresent(read -> status = read);
    }

    /**
     * What its worker told that still holds; null where nothing does, or where it does not say how long a request would take.
     *
     * @param silenceNanosMax a worker that has been silent for longer is not believed any more
     */
    @Nullable
    SeatStatus fresh(long nowNanos, long silenceNanosMax) {
        SeatStatus known = status;
        return known != null
                        && known.tellsTimes()
                        && nowNanos - known.atNanos() < STATUS_NANOS_MAX
                        && worker.isTelling(nowNanos, silenceNanosMax)
                ? known
                : null;
    }

    /** What its worker last told, however long ago. */
    Optional<SeatStatus> status() {
        return Optional.ofNullable(status);
    }

    /** A request goes there. */
    void onSent() {
        inFlight.incrementAndGet();
        worker.onSent();
    }

    /** Its worker has no more to do with a request. */
    void onSettled() {
        inFlight.decrementAndGet();
        worker.onSettled();
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
