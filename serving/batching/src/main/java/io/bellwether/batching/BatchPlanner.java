package io.bellwether.batching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The queue of one (model version, lane), and the decision what to run from it.
 *
 * <p>Order is earliest deadline first; equal deadlines go by arrival. A free instance takes what waits at once, up to the
 * largest batch: waiting for company costs latency at low load and wins nothing on one device. A batch is always a prefix
 * of the order. When the next request has more items than there is room left, the batch ends there: nobody overtakes a
 * large request for being small.
 *
 * <p>Holds no thread, reads no clock and never blocks. Not safe for use by several threads: the caller owns one lock. Cost
 * is O(log n) a request, n = requests that wait.
 */
public final class BatchPlanner<T> {
    /** Shortest retry-after that a full queue names. */
    static final long RETRY_AFTER_NANOS_MIN = 1_000_000;
    /** Longest retry-after that a full queue names. */
    static final long RETRY_AFTER_NANOS_MAX = 30_000_000_000L;

    private record Place<T>(long arrival, Waiting<T> waiting) {}

    private final BatchingPolicy policy;
    /** Deadlines compare by difference, as the clock may wrap around; all of one queue lie within 2^63 ns of each other. */
    private final TreeSet<Place<T>> byDeadline = new TreeSet<>(BatchPlanner::earliestDeadlineFirst);

    private final Map<Long, Place<T>> byId = new HashMap<>();
    private long arrivals;
    private long queuedItems;
    private long executionNanosMean;

    public BatchPlanner(BatchingPolicy policy) {
        this.policy = policy;
    }

    private static <T> int earliestDeadlineFirst(Place<T> a, Place<T> b) {
        int byDeadline = Long.signum(a.waiting().deadlineNanos() - b.waiting().deadlineNanos());
        return byDeadline != 0 ? byDeadline : Long.compare(a.arrival(), b.arrival());
    }

    /**
     * A request arrives.
     *
     * @throws IllegalArgumentException when a request with the same id waits already, which is a fault of the caller
     */
    public Admission offer(Waiting<T> request, long nowNanos) {
        if (request.items() > policy.batchItemsMax()) {
            return new Admission.Refused(
                    Admission.Reason.TOO_LARGE,
                    0,
                    "the request has " + request.items() + " items; the largest batch is " + policy.batchItemsMax());
        }
        if (request.isExpiredAt(nowNanos)) {
            return new Admission.Refused(
                    Admission.Reason.DEADLINE_PASSED, 0, "the deadline was over before the request could wait");
        }
        if (byId.size() >= policy.queueRequestsMax()) {
            return new Admission.Refused(
                    Admission.Reason.QUEUE_FULL,
                    retryAfterNanos(),
                    "Exceeds maximum queue size: " + policy.queueRequestsMax() + " requests wait already");
        }
        Place<T> place = new Place<>(arrivals, request);
        if (byId.putIfAbsent(request.id(), place) != null) {
            throw new IllegalArgumentException("a request with id " + request.id() + " waits already");
        }
        arrivals++;
        byDeadline.add(place);
        queuedItems += request.items();
        return new Admission.Admitted();
    }

    /** An instance is free: what it must run now, and who can only be told that it is too late. */
    public Plan<T> onInstanceFree(long nowNanos) {
        List<Waiting<T>> expired = expire(nowNanos);
        List<Waiting<T>> batch = new ArrayList<>();
        int room = policy.batchItemsMax();
        while (!byDeadline.isEmpty() && byDeadline.first().waiting().items() <= room) {
            Waiting<T> next = remove(byDeadline.first());
            room -= next.items();
            batch.add(next);
        }
        return new Plan<>(batch, expired);
    }

    /** Takes out those whose deadline is over, for when every instance is busy. See {@link #nextDeadlineNanos}. */
    public List<Waiting<T>> onTimer(long nowNanos) {
        return expire(nowNanos);
    }

    /** When {@link #onTimer} has something to do next; empty when nothing waits. */
    public OptionalLong nextDeadlineNanos() {
        return byDeadline.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byDeadline.first().waiting().deadlineNanos());
    }

    /** The client is gone. The request that no longer waits, or empty when it did not wait (any more). */
    public Optional<Waiting<T>> cancel(long id) {
        return Optional.ofNullable(byId.get(id)).map(this::remove);
    }

    /** Takes out everything, earliest deadline first, for a version that failed or a worker that must stop now. */
    public List<Waiting<T>> drain() {
        List<Waiting<T>> all = new ArrayList<>(byId.size());
        while (!byDeadline.isEmpty()) {
            all.add(remove(byDeadline.first()));
        }
        return all;
    }

    /** An execution took this long. Feeds the retry-after of a full queue: a mean that forgets one eighth each time. */
    public void onExecuted(long wallNanos) {
        long nanos = Math.max(0, wallNanos);
        executionNanosMean = executionNanosMean == 0 ? nanos : executionNanosMean + (nanos - executionNanosMean) / 8;
    }

    public int queuedRequests() {
        return byId.size();
    }

    public long queuedItems() {
        return queuedItems;
    }

    private List<Waiting<T>> expire(long nowNanos) {
        List<Waiting<T>> expired = new ArrayList<>();
        while (!byDeadline.isEmpty() && byDeadline.first().waiting().isExpiredAt(nowNanos)) {
            expired.add(remove(byDeadline.first()));
        }
        return expired;
    }

    private Waiting<T> remove(Place<T> place) {
        byDeadline.remove(place);
        byId.remove(place.waiting().id());
        queuedItems -= place.waiting().items();
        return place.waiting();
    }

    /** The time in which the instances run what waits now, if batches are full: ceil(items / (largest batch x instances)). */
    private long retryAfterNanos() {
        long itemsPerRound = (long) policy.batchItemsMax() * policy.instances();
        long rounds = (queuedItems + itemsPerRound - 1) / itemsPerRound;
        long nanos = Math.min(executionNanosMean, RETRY_AFTER_NANOS_MAX) * Math.min(rounds, 1_000_000);
        return Math.max(RETRY_AFTER_NANOS_MIN, Math.min(RETRY_AFTER_NANOS_MAX, nanos));
    }
}
