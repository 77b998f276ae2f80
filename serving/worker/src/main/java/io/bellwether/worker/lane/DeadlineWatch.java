package io.bellwether.worker.lane;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that answers waiting requests at their deadline while every instance is busy. It sleeps until the earliest
 * moment that a queue has asked for, and is woken only by an earlier one; it never looks around in vain.
 */
public final class DeadlineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);

    /** Longest sleep. */
    private static final long FAR_NANOS = 3_600_000_000_000L;
    /** Shortest sleep after a look: thousands of deadlines a second are answered in groups. */
    private static final long REST_NANOS = 500_000;

    private final LongSupplier clock;
    private final AtomicLong wakeAtNanos;
    private final Thread thread;
    private volatile LongSupplier look;
    private volatile boolean closed;

    /** A watch that does nothing yet. */
    public DeadlineWatch(LongSupplier clock) {
        this.clock = clock;
        this.look = () -> clock.getAsLong() + FAR_NANOS;
        this.wakeAtNanos = new AtomicLong(clock.getAsLong() + FAR_NANOS);
        this.thread = new Thread(this::watch, "deadline-watch");
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @param expireAll answers what is too late and says when it has to be called again, on the same clock
     */
    public void start(LongSupplier expireAll) {
        look = expireAll;
        thread.start();
    }

    /** Something waits that ends at this moment. Called after it is in its queue; costs nothing unless it is the earliest. */
    public void wakeBy(long deadlineNanos) {
        if (deadlineNanos - wakeAtNanos.get() < 0) {
            long unused = wakeAtNanos.accumulateAndGet(deadlineNanos, DeadlineWatch::earlier);
            LockSupport.unpark(thread);
        }
    }

    /** Clocks compare by difference. */
    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private void watch() {
        while (!closed) {
            long leftNanos = wakeAtNanos.get() - clock.getAsLong();
            if (leftNanos > 0) {
                LockSupport.parkNanos(this, Math.max(leftNanos, REST_NANOS));
            } else {
                lookAround();
            }
        }
    }

    /** Forgets the old moment first: what is queued while it looks asks again, and is not lost. */
    private void lookAround() {
        wakeAtNanos.set(clock.getAsLong() + FAR_NANOS);
        try {
            long unused = wakeAtNanos.accumulateAndGet(look.getAsLong(), DeadlineWatch::earlier);
        } catch (RuntimeException e) {
            LOG.error("expired requests could not be answered", e);
            wakeBy(clock.getAsLong() + FAR_NANOS / 3_600);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
