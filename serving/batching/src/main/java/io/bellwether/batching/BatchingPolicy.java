package io.bellwether.batching;

/**
 * The limits of one queue.
 *
 * @param batchItemsMax largest batch in items, 1 to {@value #BATCH_ITEMS_LIMIT}; one request may carry several items
 * @param queueRequestsMax requests that may wait, 1 to {@value #QUEUE_REQUESTS_LIMIT}; more are refused
 * @param instances runners that take batches from this queue, 1 to {@value #INSTANCES_LIMIT}; it only sharpens the
 *     retry-after of a refusal
 */
public record BatchingPolicy(int batchItemsMax, int queueRequestsMax, int instances) {
    public static final int BATCH_ITEMS_LIMIT = 1024;
    public static final int QUEUE_REQUESTS_LIMIT = 1_000_000;
    public static final int INSTANCES_LIMIT = 256;

    public BatchingPolicy {
        requireWithin("batchItemsMax", batchItemsMax, BATCH_ITEMS_LIMIT);
        requireWithin("queueRequestsMax", queueRequestsMax, QUEUE_REQUESTS_LIMIT);
        requireWithin("instances", instances, INSTANCES_LIMIT);
    }

    private static void requireWithin(String name, int value, int limit) {
        if (value < 1 || value > limit) {
            throw new IllegalArgumentException(name + " must be 1 to " + limit + " but is " + value);
        }
    }
}
