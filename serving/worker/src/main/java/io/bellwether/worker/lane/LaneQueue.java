package io.bellwether.worker.lane;

import io.bellwether.batching.Admission;
import io.bellwether.batching.BatchPlanner;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The queue of one lane, shared by the event loops that fill it and the runner threads that empty it. Owns the lock around
 * the planner and decides nothing. The lock is held for microseconds, so an event loop may take it.
 */
public final class LaneQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final BatchPlanner<InferenceCall> planner;
    private final LongSupplier clock;
    private boolean closed;

    /**
     * @param clock monotonic nanoseconds
     */
    public LaneQueue(BatchingPolicy policy, LongSupplier clock) {
        this.planner = new BatchPlanner<>(policy);
        this.clock = clock;
    }

    /** Queues a request; empty when the lane is closed. */
    public Optional<Admission> offer(Waiting<InferenceCall> request) {
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            Admission admission = planner.offer(request, clock.getAsLong());
            if (admission instanceof Admission.Admitted) {
                work.signal();
            }
            return Optional.of(admission);
        } finally {
            lock.unlock();
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

    /** Tells the planner how long the batch of a plan took. */
    public void executed(Plan<InferenceCall> plan, long wallNanos) {
        lock.lock();
        try {
            planner.onExecuted(plan, wallNanos, clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Takes out a request whose client is gone; empty when it does not wait any more. */
    public Optional<Waiting<InferenceCall>> cancel(long id) {
        lock.lock();
        try {
            return planner.cancel(id);
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
