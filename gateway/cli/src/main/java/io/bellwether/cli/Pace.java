package io.bellwether.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time as a watch needs it: to read and to let pass. */
interface Pace {

    /** Nanoseconds since some moment. */
    long nowNanos();

    /** Waits. */
    void pause(Duration duration) throws InterruptedException;

    /** The real time. */
    final class Wall implements Pace {

        @Override
        public long nowNanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    }
}
