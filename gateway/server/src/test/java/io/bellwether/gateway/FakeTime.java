package io.bellwether.gateway;

import io.bellwether.gateway.call.Timekeeper;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand still until a test moves them. */
public final class FakeTime implements Timekeeper {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final AtomicLong epochMillis = new AtomicLong(1_700_000_000_000L);

    public void advanceMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000);
        epochMillis.addAndGet(millis);
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return epochMillis.get();
    }
}
