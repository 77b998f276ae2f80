package io.bellwether.gateway.call;

/** The two clocks of the gateway. */
public interface Timekeeper {
    /** Monotonic nanoseconds; only differences mean something. */
    long nanos();

    /** Milliseconds since the epoch. */
    long epochMillis();

    /** The clocks of this machine. */
    final class OfMachine implements Timekeeper {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }
    }
}
