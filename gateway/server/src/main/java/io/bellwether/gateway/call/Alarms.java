package io.bellwether.gateway.call;

/** Runs things later, on the thread of the event loop that asks where it is one. */
public interface Alarms {
    /**
     * @return takes it back, if it has not begun; may be called from any thread, and more than once
     */
    Runnable after(long nanos, Runnable task);
}
