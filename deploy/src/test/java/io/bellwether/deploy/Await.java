package io.bellwether.deploy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a condition by asking again and again, up to a deadline. */
public final class Await {
    private static final long POLL_MILLIS = 50;

    private Await() {}

    /** Returns when the condition holds; fails with what was awaited when it does not within the limit. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long endNanos = System.nanoTime() + limit.toNanos();
        var never = new CountDownLatch(1);
        while (!condition.call()) {
            if (System.nanoTime() > endNanos) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            var unused = never.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
