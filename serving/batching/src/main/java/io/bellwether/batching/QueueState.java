package io.bellwether.batching;

/**
 * A planner's queue at one moment.
 *
 * @param requests requests that wait
 * @param items their items
 * @param batchItemsLimit largest batch at present; less than the policy's after a run that did not fit into memory
 * @param running runs that were handed out and not reported back
 * @param runningRequests requests in those
 * @param freeNanos how long until the next instance is free; 0 where one is idle
 * @param itemsPerSecond items that arrived per second lately, the refused ones among them
 * @param latency what runs were found to take
 */
public record QueueState(
        int requests,
        long items,
        int batchItemsLimit,
        int running,
        int runningRequests,
        long freeNanos,
        double itemsPerSecond,
        LatencyFit latency) {}
