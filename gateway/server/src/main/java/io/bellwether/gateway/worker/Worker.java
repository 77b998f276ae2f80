package io.bellwether.gateway.worker;

import java.util.concurrent.atomic.AtomicInteger;

/** One worker of the configuration: its name, the link to it, and how many requests it has of ours. */
public final class Worker {
    private final String name;
    private final WorkerLink link;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long toldNanos;
    private volatile boolean tells;

    public Worker(String name, WorkerLink link) {
        this.name = name;
        this.link = link;
    }

    public String name() {
        return name;
    }

    public WorkerLink link() {
        return link;
    }

    /** Requests of this gateway that the worker has not answered, also those that nobody waits for any more. */
    public int inFlight() {
        return inFlight.get();
    }

    /** It told how its versions stand, if only that nothing has changed. */
    void onTold(long nowNanos) {
        toldNanos = nowNanos;
        tells = true;
    }

    /** Whether it has told that lately. */
    boolean isTelling(long nowNanos, long silenceNanosMax) {
        return tells && nowNanos - toldNanos < silenceNanosMax;
    }

    void onSent() {
        inFlight.incrementAndGet();
    }

    /** It has no more to do with a request. */
    void onSettled() {
        inFlight.decrementAndGet();
    }
}
