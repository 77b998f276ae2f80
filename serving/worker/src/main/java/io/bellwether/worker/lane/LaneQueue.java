package io.bellwether.worker.lane;

import io.bellwether.batching.Admission;
import io.bellwether.batching.BatchPlanner;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Capacity;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.Plan;
import io.bellwether.batching.QueueState;
import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.Waiting;
import io.bellwether.protocol.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The queue of one lane, shared by the event loops that fill it and the runner threads that empty it. Owns the lock around
 * the planner and decides nothing. The lock is held for microseconds, so an event loop may take it.
 */
public final class LaneQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final LatencyModel latency = new LatencyModel();
    private final BatchPlanner<InferenceCall> planner;
    private final RecentArrivals arrivals = new RecentArrivals();
    private final BatchingPolicy policy;
    private final LongSupplier clock;
    private final LongConsumer wakeBy;
    private long ids;
    private boolean closed;

    /**
     * What became of a request that was offered.
     *
     * @param admission empty when the lane is closed
     * @param entries it in the queue: one, or the parts of one with more rows than the largest batch
     */
    public record Offered(Optional<Admission> admission, List<Waiting<InferenceCall>> entries) {
        public Offered {
            entries = List.copyOf(entries);
        }
    }

    /**
     * @param clock monotonic nanoseconds
     * @param wakeBy told when {@link #expire} has something to do, on the same clock, if nobody comes before
     */
    public LaneQueue(BatchingPolicy policy, LongSupplier clock, LongConsumer wakeBy) {
        this.planner = new BatchPlanner<>(policy, latency);
        this.policy = policy;
        this.clock = clock;
        this.wakeBy = wakeBy;
    }

    /**
     * Queues a request: all of it or nothing.
     *
     * @param weight what its answer is worth among those of the queue
     */
    public Offered offer(InferenceCall call, long deadlineNanos, int weight) {
        List<Waiting<InferenceCall>> entries = new ArrayList<>();
        List<InferenceCall> parts = call.fitted().rows() <= policy.batchItemsMax()
                ? List.of(call)
                : SplitRequest.parts(call, policy.batchItemsMax(), failure -> withdraw(entries, failure));
        lock.lock();
        try {
            if (closed) {
                return new Offered(Optional.empty(), List.of());
            }
            for (InferenceCall part : parts) {
                ids++;
                Waiting<InferenceCall> entry = new Waiting<>(
                        ids, part.fitted().rows(), deadlineNanos, part.fitted().plannedLength(), weight, part);
                long nowNanos = clock.getAsLong();
                if (!call.warmUp()) {
                    arrivals.add(entry, nowNanos);
                }
                Admission admission = planner.offer(entry, nowNanos);
                if (admission instanceof Admission.Refused) {
                    entries.forEach(admitted -> planner.cancel(admitted.id()));
                    return new Offered(Optional.of(admission), List.of());
                }
                entries.add(entry);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        wakeBy.accept(deadlineNanos);
        return new Offered(Optional.of(new Admission.Admitted()), entries);
    }

    /**
     * Nobody waits for these any more: what is in the queue leaves it and is answered with the refusal; what is on the
     * device gets it when it comes off.
     */
    public void withdraw(List<Waiting<InferenceCall>> entries, Refusal refusal) {
        for (Waiting<InferenceCall> entry : entries) {
            if (cancel(entry.id()).isPresent()) {
                entry.work().refuse(refusal);
            } else {
                entry.work().withdraw(refusal);
            }
        }
    }

    /** Waits until there is something to run or to expire; empty when the lane is closed and nothing waits. */
    public Optional<Plan<InferenceCall>> awaitPlan() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (planner.queuedRequests() == 0) {
                if (closed) {
                    return Optional.empty();
                }
                work.await();
            }
            return Optional.of(planner.onInstanceFree(clock.getAsLong()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The run of a plan is over.
     *
     * @param wallNanos how long the whole batch took in one forward; empty when it did not run so
     */
    public void over(Plan<InferenceCall> plan, OptionalLong wallNanos) {
        lock.lock();
        try {
            if (wallNanos.isPresent()) {
                planner.onExecuted(plan, wallNanos.getAsLong(), clock.getAsLong());
            } else {
                planner.onAbandoned(plan, clock.getAsLong());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A run of so many rows found no memory: the next batches of the lane are smaller. */
    void outOfMemory(int rows) {
        lock.lock();
        try {
            planner.onOutOfMemory(rows);
        } finally {
            lock.unlock();
        }
    }

    /** A warm-up run of so many rows took so long; for versions in which nothing varies. */
    public void profiled(int rows, long wallNanos) {
        lock.lock();
        try {
            latency.seed(rows, wallNanos);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Waiting<InferenceCall>> cancel(long id) {
        lock.lock();
        try {
            return planner.cancel(id);
        } finally {
            lock.unlock();
        }
    }

    /** When {@link #expire} has something to do next; empty when nothing waits. */
    public OptionalLong nextDeadlineNanos() {
        lock.lock();
        try {
            return planner.nextDeadlineNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out requests whose deadline has passed. */
    public List<Waiting<InferenceCall>> expire() {
        lock.lock();
        try {
            return planner.onTimer(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing new; runners finish what waits and then end. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out everything that waits. */
    public List<Waiting<InferenceCall>> drain() {
        lock.lock();
        try {
            return planner.drain();
        } finally {
            lock.unlock();
        }
    }

    /** What is known of its runs, its traffic and what it can promise. */
    public LaneReading reading() {
        lock.lock();
        try {
            long nowNanos = clock.getAsLong();
            QueueState state = planner.state(nowNanos);
            return new LaneReading(
                    nowNanos,
                    policy,
                    state,
                    latency.runs(),
                    arrivals.count(),
                    arrivals.itemsMean(),
                    arrivals.lengthMean(),
                    Capacity.of(latency, policy, state.batchItemsLimit(), arrivals.lengthMean()));
        } finally {
            lock.unlock();
        }
    }

    /** What it remembers, for projections. */
    public LaneRecord recent() {
        lock.lock();
        try {
            return new LaneRecord(arrivals.list(), latency.noise());
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait now. */
    public int queuedRequests() {
        lock.lock();
        try {
            return planner.queuedRequests();
        } finally {
            lock.unlock();
        }
    }
}
