package io.bellwether.batching;

/**
 * A request that wants to run.
 *
 * @param id the caller's number for it, unique among the requests of one queue
 * @param items its size along the batch dimension, at least 1
 * @param deadlineNanos when nobody waits for its answer any more, on the clock that gives {@code nowNanos}
 * @param length extent of its dimension that varies (tokens of its longest text), 1 to {@value #LENGTH_LIMIT}; 1 where none
 *     does
 * @param weight what an answer on time is worth, relative to others of the queue; 1 to {@value #WEIGHT_LIMIT}, see
 *     {@link Priorities}
 * @param work what the caller needs to run and answer it; never looked at here
 */
public record Waiting<T>(long id, int items, long deadlineNanos, int length, int weight, T work) {
    public static final int LENGTH_LIMIT = 1 << 20;
    public static final int WEIGHT_LIMIT = 1_000_000;

    public Waiting {
        if (items < 1) {
            throw new IllegalArgumentException("a request carries at least one item, not " + items);
        }
        if (length < 1 || length > LENGTH_LIMIT) {
            throw new IllegalArgumentException("length must be 1 to " + LENGTH_LIMIT + " but is " + length);
        }
        if (weight < 1 || weight > WEIGHT_LIMIT) {
            throw new IllegalArgumentException("weight must be 1 to " + WEIGHT_LIMIT + " but is " + weight);
        }
    }

    /** A request of a model whose inputs do not vary in length, as important as any other. */
    public Waiting(long id, int items, long deadlineNanos, T work) {
        this(id, items, deadlineNanos, 1, 1, work);
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
