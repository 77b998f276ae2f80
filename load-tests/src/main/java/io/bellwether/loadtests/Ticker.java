package io.bellwether.loadtests;

import java.util.concurrent.locks.LockSupport;

/** The driver's time. Real runs use {@link #SYSTEM}; tests move their own. */
interface Ticker {
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nowNanos() {
            return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) {
            for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    };

    /** Nanoseconds since some fixed moment. */
    long nowNanos();

    /** Returns when {@link #nowNanos} has reached {@code nanos}; at once when it is past. */
    void sleepUntil(long nanos);
}
