package io.bellwether.gateway.shadow;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Room for copies: how many may be under way, and their bytes. Safe for any number of threads; nothing waits for room. */
final class ShadowPool {
    private final int copiesMax;
    private final long bytesMax;
    private final AtomicInteger copies = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param bytesMax of requests and answers that are held for copies
     */
    ShadowPool(int copiesMax, long bytesMax) {
        this.copiesMax = copiesMax;
        this.bytesMax = bytesMax;
    }

    /** Takes room for one copy, if there is enough. */
    boolean enter(long copyBytes) {
        boolean room = copies.incrementAndGet() <= copiesMax;
        room &= bytes.addAndGet(copyBytes) <= bytesMax;
        if (!room) {
            // Whoever was counted beyond a limit for a moment may have kept another out; that only drops a copy more.
            leave(copyBytes);
        }
        return room;
    }

    void leave(long copyBytes) {
        copies.decrementAndGet();
        bytes.addAndGet(-copyBytes);
    }
}
