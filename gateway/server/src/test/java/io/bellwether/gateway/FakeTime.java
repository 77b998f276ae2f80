package io.bellwether.gateway;

import io.bellwether.gateway.call.Timekeeper;

/** Clocks that stand still until a test moves them. */
public final class FakeTime implements Timekeeper {
    private volatile long nanos = 1_000_000_000L;
    private volatile long epochMillis = 1_700_000_000_000L;

    public void advanceMillis(long millis) {
        nanos += millis * 1_000_000;
        epochMillis += millis;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return epochMillis;
    }
}
