package io.bellwether.batching;

/**
 * A request that wants to run.
 *
 * @param id the caller's number for it, unique among the requests of one queue
 * @param items its size along the batch dimension, at least 1
 * @param deadlineNanos when nobody waits for its answer any more, on the clock that gives {@code nowNanos}
 * @param work what the caller needs to run and answer it; never looked at here
 */
public record Waiting<T>(long id, int items, long deadlineNanos, T work) {
    public Waiting {
        if (items < 1) {
            throw new IllegalArgumentException("a request carries at least one item, not " + items);
        }
    }

    /** True once the deadline is reached. Compares by difference, as {@link System#nanoTime} may wrap around. */
    public boolean isExpiredAt(long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    /** How late it is: zero or more when expired, negative before. */
    public long lateNanos(long nowNanos) {
        return nowNanos - deadlineNanos;
    }
}
