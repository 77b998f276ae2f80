package io.bellwether.gateway.call;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of request bodies that the gateway holds at this moment, over all clients, and their limit. Without it a few
 * large uploads side by side would take all memory. Safe for several threads.
 */
public final class HeldBytes {
    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param bytesMax limit of the sum
     */
    public HeldBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public long bytesMax() {
        return bytesMax;
    }

    /** Bytes that are held now. */
    public long bytes() {
        return held.get();
    }

    /** A share for one request, empty at first. */
    public Share share() {
        return new Share();
    }

    /** What one request holds. For one thread at a time. */
    public final class Share {
        private long bytes;
        private boolean released;

        private Share() {}

        /** Takes more; false, and nothing is taken, when the limit would be passed or the share was released. */
        public boolean take(long more) {
            if (released) {
                return false;
            }
            if (held.addAndGet(more) > bytesMax) {
                held.addAndGet(-more);
                return false;
            }
            bytes += more;
            return true;
        }

        /** Gives everything back; for good. May be called again. */
        public void release() {
            released = true;
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
