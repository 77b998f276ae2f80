package io.bellwether.gateway.call;

import org.jspecify.annotations.Nullable;

/**
 * Tells whoever works on a request that its caller has gone away. Any thread may cancel; at most one listener is told,
 * exactly once, at once if the caller is already gone.
 */
public final class Cancellation {
    private final Object lock = new Object();
    private boolean cancelled;
    private @Nullable Runnable listener;

    /** The caller has gone away. */
    public void cancel() {
        Runnable told;
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            told = listener;
            listener = null;
        }
        if (told != null) {
            told.run();
        }
    }

    public boolean isCancelled() {
        synchronized (lock) {
            return cancelled;
        }
    }

    /** Runs {@code action} on cancellation; it replaces the action given before, as a retry replaces its first try. */
    public void onCancel(Runnable action) {
        synchronized (lock) {
            if (!cancelled) {
                listener = action;
                return;
            }
        }
        action.run();
    }
}
