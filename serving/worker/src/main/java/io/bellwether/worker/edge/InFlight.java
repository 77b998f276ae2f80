package io.bellwether.worker.edge;

import java.util.concurrent.atomic.AtomicLong;

/** How many requests and bytes are in the worker, and whether more may come in. Safe for use by several threads. */
public final class InFlight {
    private final long requestsMax;
    private final long bytesMax;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param requestsMax requests at once
     * @param bytesMax tensor bytes of all requests at once
     */
    public InFlight(long requestsMax, long bytesMax) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
    }

    /** Takes in a request of this size; false when it would be too much. */
    boolean enter(long requestBytes) {
        boolean fits = requests.incrementAndGet() <= requestsMax;
        fits &= bytes.addAndGet(requestBytes) <= bytesMax;
        if (!fits) {
            leave(requestBytes);
        }
        return fits;
    }

    /** The request is answered. */
    void leave(long requestBytes) {
        requests.decrementAndGet();
        bytes.addAndGet(-requestBytes);
    }

    /** From now on the worker takes nothing new. */
    public void close() {
        closed = true;
    }

    public boolean closed() {
        return closed;
    }

    public long requests() {
        return requests.get();
    }

    public long bytes() {
        return bytes.get();
    }
}
