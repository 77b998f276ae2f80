package io.bellwether.batching;

/**
 * The limits and the aim of one queue. Whoever reads them from a file refuses what lies outside of these limits, with the
 * line; whether a version can keep them is the question of {@link PolicyCheck}.
 *
 * @param batchItemsMax largest batch in items, 1 to {@value #BATCH_ITEMS_LIMIT}; one request may carry several items
 * @param queueRequestsMax requests that may wait, 1 to {@value #QUEUE_REQUESTS_LIMIT}; more are refused
 * @param instances runners that take batches from this queue, 1 to {@value #INSTANCES_LIMIT}
 * @param objectiveNanos time within which a request is to be answered, which sets the best batch size; 0 without one. Each
 *     request still has its own deadline
 * @param marginNanos kept free between the predicted end of a run and the deadlines that it must meet, for what the answer
 *     costs after the run
 */
public record BatchingPolicy(
        int batchItemsMax, int queueRequestsMax, int instances, long objectiveNanos, long marginNanos) {
    public static final int BATCH_ITEMS_LIMIT = 1024;
    public static final int QUEUE_REQUESTS_LIMIT = 1_000_000;
    public static final int INSTANCES_LIMIT = 256;
    /** The longest objective, an hour. */
    public static final long OBJECTIVE_NANOS_LIMIT = 3_600_000_000_000L;
    /**
     * The largest margin that {@link #of} chooses. Clockwork (OSDI 2020) keeps 5 ms for a network; here the answers of a
     * batch are on their way within tens of microseconds, and a request may bring a budget of a few milliseconds.
     */
    static final long MARGIN_NANOS_MAX = 500_000;
    /** The margin is this part of the objective, if that is less. */
    static final int MARGIN_PART = 20;

    public BatchingPolicy {
        requireWithin("batchItemsMax", batchItemsMax, 1, BATCH_ITEMS_LIMIT);
        requireWithin("queueRequestsMax", queueRequestsMax, 1, QUEUE_REQUESTS_LIMIT);
        requireWithin("instances", instances, 1, INSTANCES_LIMIT);
        requireWithin("objectiveNanos", objectiveNanos, 0, OBJECTIVE_NANOS_LIMIT);
        requireWithin("marginNanos", marginNanos, 0, OBJECTIVE_NANOS_LIMIT);
    }

    /** Without an objective and without a margin. */
    public BatchingPolicy(int batchItemsMax, int queueRequestsMax, int instances) {
        this(batchItemsMax, queueRequestsMax, instances, 0, 0);
    }

    /** With an objective and the margin that goes with it: a twentieth of it, at most half a millisecond. */
    public static BatchingPolicy of(int batchItemsMax, int queueRequestsMax, int instances, long objectiveNanos) {
        long marginNanos = Math.min(MARGIN_NANOS_MAX, objectiveNanos / MARGIN_PART);
        return new BatchingPolicy(batchItemsMax, queueRequestsMax, instances, objectiveNanos, marginNanos);
    }

    private static void requireWithin(String name, long value, long least, long limit) {
        if (value < least || value > limit) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + limit + " but is " + value);
        }
    }
}
