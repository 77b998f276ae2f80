package io.bellwether.worker.serving;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts requests between the moment they found a version and the moment they stand in a queue of it. A version that was
 * taken out of the picture waits here before it closes its queues, so that a swap refuses nobody: a request either entered
 * before the swap and is waited for, or looks at the picture again after it entered and sees the new version.
 */
public final class AdmissionGate {
    private static final long LOOK_NANOS = 50_000;

    private final AtomicInteger inside = new AtomicInteger();

    /** To be followed by a second look at the picture. Never blocks. */
    public void enter() {
        inside.incrementAndGet();
    }

    public void leave() {
        inside.decrementAndGet();
    }

    /** Waits until nobody is inside, at most so long; to be called after the picture was replaced. */
    void close(long nanosMax) {
        long endNanos = System.nanoTime() + nanosMax;
        while (inside.get() > 0 && System.nanoTime() - endNanos < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
