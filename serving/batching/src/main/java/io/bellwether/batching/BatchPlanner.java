package io.bellwether.batching;

import io.bellwether.batching.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one (model version, lane), and the decision what to run from it.
 *
 * <p>Order is earliest deadline first; equal deadlines go by arrival. A free instance takes what waits at once: waiting for
 * company costs latency at low load and wins nothing on one device. How much it takes follows from how long runs of each
 * size take, see {@link Lineup}; requests that cannot be served in time any more are told at once and never run. Below
 * saturation, a request is passed over only if that saves more of what waits now than keeping it would. While the latency
 * is unknown, nobody is refused or passed over for a guess: the batch is a prefix of the order, as large as allowed. The same
 * holds for a request of a size that no run was near to, see {@link LatencyModel#vouches}.
 *
 * <p>Holds no thread, reads no clock and never blocks. Not safe for use by several threads: the caller owns one lock.
 */
public final class BatchPlanner<T> {
    /** Shortest retry-after that a refusal names. */
    static final long RETRY_AFTER_NANOS_MIN = 1_000_000;
    /** Longest retry-after that a refusal names. */
    static final long RETRY_AFTER_NANOS_MAX = 30_000_000_000L;

    private static final Admission ADMITTED = new Admission.Admitted();

    private final BatchingPolicy policy;
    private final LatencyModel latency;
    private final Outlook outlook;
    private final BatchLimit limit;
    private final Backlog<T> backlog = new Backlog<>();
    private final ArrivalRate arrivals = new ArrivalRate(ArrivalRate.SECOND_NANOS);
    /**
     * The same over one objective, as a burst that lasts for longer fills the queue with what cannot be in time. A mean over
     * a second would notice it when it is over.
     */
    private final ArrivalRate lately;

    private final Probe probe = new Probe();
    private final Selection<T> selection;
    private int runningRequests;

    /** With nothing known of the latency. */
    public BatchPlanner(BatchingPolicy policy) {
        this(policy, new LatencyModel());
    }

    /**
     * @param latency what is known of the version's runs; from now on this planner's own
     */
    public BatchPlanner(BatchingPolicy policy, LatencyModel latency) {
        this.policy = policy;
        this.latency = latency;
        this.outlook = new Outlook(policy, latency);
        this.lately = new ArrivalRate(
                policy.objectiveNanos() == 0
                        ? ArrivalRate.SECOND_NANOS
                        : Math.min(ArrivalRate.SECOND_NANOS, policy.objectiveNanos()));
        this.limit = new BatchLimit(policy.batchItemsMax());
        this.selection = new Selection<>(policy, latency, backlog, outlook);
    }

    /**
     * A request arrives.
     *
     * @throws IllegalArgumentException when a request with the same id waits already, which is a fault of the caller
     */
    public Admission offer(Waiting<T> request, long nowNanos) {
        arrivals.arrived(request.items(), nowNanos);
        lately.arrived(request.items(), nowNanos);
        Admission.Refused refused = refusal(request, nowNanos);
        if (refused != null) {
            return refused;
        }
        if (!backlog.add(request)) {
            throw new IllegalArgumentException("a request with id " + request.id() + " waits already");
        }
        return ADMITTED;
    }

    private Admission.@Nullable Refused refusal(Waiting<T> request, long nowNanos) {
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
        if (backlog.requests() >= policy.queueRequestsMax()) {
            return new Admission.Refused(
                    Admission.Reason.QUEUE_FULL,
                    retryAfterNanos(emptyNanos()),
                    "Exceeds maximum queue size: " + policy.queueRequestsMax() + " requests wait already");
        }
        boolean isGuess = !latency.knows((long) limit.current() * request.length())
                || !latency.vouches((long) request.items() * request.length());
        if (isGuess) {
            return null;
        }
        long lateNanos = finishNanos(request, nowNanos) + policy.marginNanos() - request.deadlineNanos();
        if (lateNanos <= 0 || (isIdle() && probe.isDue(nowNanos, latency.predictNanos(request.length())))) {
            return null;
        }
        return new Admission.Refused(
                Admission.Reason.UNATTAINABLE,
                retryAfterNanos(lateNanos),
                "the request cannot be answered within its deadline: that is predicted to take "
                        + (lateNanos / 1_000_000 + 1) + " ms longer");
    }

    /**
     * When a request that arrives now would be answered, by what is known; {@code nowNanos} while nothing is. Work of other
     * lengths that would only be guessed at does not count.
     */
    long finishNanos(Waiting<T> request, long nowNanos) {
        int lengthClass = SizeClasses.of(request.length());
        long nanos = outlook.freeAtNanos(nowNanos);
        for (int c = 0; c < SizeClasses.COUNT; c++) {
            DeadlineQueue<T> queue = backlog.queueOrNull(c);
            boolean own = c == lengthClass;
            if (queue == null && !own) {
                continue;
            }
            long items = queue == null ? 0 : queue.itemsUntil(request.deadlineNanos(), request.weight());
            items += own ? request.items() : 0;
            int length = (int) Math.min(SizeClasses.largest(c), Waiting.LENGTH_LIMIT);
            if (items > 0 && (own || latency.vouches(length))) {
                nanos += outlook.workNanos(items, length, limit.current());
            }
        }
        return nanos;
    }

    private boolean isIdle() {
        return backlog.requests() == 0 && outlook.running() == 0;
    }

    /** An instance is free: what it must run now, and who can only be told that it is too late. */
    public Plan<T> onInstanceFree(long nowNanos) {
        return onInstanceFree(nowNanos, nowNanos);
    }

    /**
     * An instance can prepare its next run, which starts at {@code startNanos}, when its present one ends.
     */
    public Plan<T> onInstanceFree(long nowNanos, long startNanos) {
        long start = startNanos - nowNanos > 0 ? startNanos : nowNanos;
        List<Waiting<T>> expired = onTimer(nowNanos);
        double load = outlook.load(lately.perSecond(nowNanos), limit.current(), selection.headLength());
        Selection.Chosen<T> chosen = selection.choose(start, limit.current(), load < 1);
        if (chosen.batch().isEmpty() && !chosen.sacrificed().isEmpty() && isIdle()) {
            Waiting<T> last = chosen.sacrificed().get(chosen.sacrificed().size() - 1);
            if (probe.isDue(nowNanos, latency.predictNanos(last.length()))) {
                chosen = chosen.withProbe(last);
            }
        }
        int length = Plan.longest(chosen.batch());
        Plan<T> plan = new Plan<>(chosen.batch(), expired, chosen.sacrificed(), length, start, 0);
        if (plan.batch().isEmpty()) {
            return plan;
        }
        boolean isGuess = !latency.knows(plan.cells()) || !latency.vouches(plan.cells());
        long predicted = isGuess ? 0 : latency.predictNanos(plan.cells());
        outlook.started(start + predicted);
        runningRequests += plan.batch().size();
        return plan.predicted(predicted);
    }

    /** Takes out those whose deadline is over, for when every instance is busy. See {@link #nextDeadlineNanos}. */
    public List<Waiting<T>> onTimer(long nowNanos) {
        List<Waiting<T>> expired = List.of();
        Entry<T> first = backlog.first();
        while (first != null && first.waiting().isExpiredAt(nowNanos)) {
            expired = expired.isEmpty() ? new ArrayList<>() : expired;
            expired.add(first.waiting());
            backlog.remove(first);
            first = backlog.first();
        }
        return expired;
    }

    /** When {@link #onTimer} has something to do next; empty when nothing waits. */
    public OptionalLong nextDeadlineNanos() {
        Entry<T> first = backlog.first();
        return first == null
                ? OptionalLong.empty()
                : OptionalLong.of(first.waiting().deadlineNanos());
    }

    /** The client is gone. The request that no longer waits, or empty when it did not wait (any more). */
    public Optional<Waiting<T>> cancel(long id) {
        return backlog.remove(id);
    }

    /** Takes out everything, earliest deadline first, for a version that failed or a worker that must stop now. */
    public List<Waiting<T>> drain() {
        List<Waiting<T>> all = new ArrayList<>(backlog.requests());
        for (Entry<T> first = backlog.first(); first != null; first = backlog.first()) {
            all.add(first.waiting());
            backlog.remove(first);
        }
        return all;
    }

    /** The batch of a plan worked and took this long from the start of its run to its end. */
    public void onExecuted(Plan<T> plan, long wallNanos, long nowNanos) {
        latency.observe(plan.cells(), wallNanos);
        limit.worked();
        onAbandoned(plan, nowNanos);
    }

    /** The run of a plan is over and says nothing about how long runs take: it failed, or nothing was left to run. */
    public void onAbandoned(Plan<T> plan, long nowNanos) {
        outlook.ended(plan.startNanos() + plan.predictedNanos());
        runningRequests -= plan.batch().size();
        probe.ran(nowNanos);
    }

    /** A run of so many items did not fit into memory: batches are at most half as large, for some time. */
    public void onOutOfMemory(int items) {
        limit.outOfMemory(items);
    }

    public int queuedRequests() {
        return backlog.requests();
    }

    /** What waits, what may run, and what is known of the latency. */
    public QueueState state(long nowNanos) {
        return new QueueState(
                backlog.requests(),
                backlog.items(),
                limit.current(),
                outlook.running(),
                runningRequests,
                outlook.expectedFreeNanos(nowNanos),
                arrivals.perSecond(nowNanos),
                latency.fit());
    }

    /** How long what waits now keeps the instances busy, if batches are full; 0 while nothing is known. */
    private long emptyNanos() {
        long batches = (backlog.items() + limit.current() - 1) / limit.current();
        long rounds = (batches + policy.instances() - 1) / policy.instances();
        long nanos = latency.meanNanos((long) limit.current() * selection.headLength());
        return Math.min(nanos, RETRY_AFTER_NANOS_MAX) * Math.min(rounds, 1_000_000);
    }

    private static long retryAfterNanos(long nanos) {
        return Math.max(RETRY_AFTER_NANOS_MIN, Math.min(RETRY_AFTER_NANOS_MAX, nanos));
    }
}
