package io.bellwether.batching;

import java.util.Optional;

/**
 * What a request of one item that arrives now has before it, as a mean: for choosing among queues, where the quantiles that
 * admission goes by would make a queue look bad for its rare long runs.
 *
 * <p>It counts what waits in the queue and what runs there. It does not count what other queues want of the same device,
 * but for what that has already made of the times of runs, nor priorities: everything that waits comes first.
 *
 * @param waitNanos until its run starts
 * @param runNanos what its run takes, with what shares it
 * @param eachNanos what one more request of the mean size adds to the wait of those behind it, in full batches
 */
public record Forecast(long waitNanos, long runNanos, long eachNanos) {

    /**
     * Of a queue; empty while nothing is known of its runs.
     *
     * @param batchItems the batch that it runs where enough waits
     * @param itemsMean mean items of the requests of late, at least 1
     * @param length their mean length
     */
    public static Optional<Forecast> of(
            QueueState state, BatchingPolicy policy, int batchItems, double itemsMean, int length) {
        if (state.latency().runs() <= 0) {
            return Optional.empty();
        }
        int limit = Math.max(1, state.batchItemsLimit());
        int batch = Math.max(1, Math.min(batchItems, limit));
        Forecast best = inBatchesOf(batch, state, policy, itemsMean, length);
        Forecast largest = inBatchesOf(limit, state, policy, itemsMean, length);
        return Optional.of(largest.waitNanos + largest.runNanos < best.waitNanos + best.runNanos ? largest : best);
    }

    private static Forecast inBatchesOf(
            int batch, QueueState state, BatchingPolicy policy, double itemsMean, int length) {
        double full = runNanos(state, batch, length);
        long rounds = state.items() / batch / policy.instances();
        long beside = state.items() % batch;
        return new Forecast(
                Math.round(state.freeNanos() + rounds * full),
                Math.max(1, Math.round(runNanos(state, beside + 1, length))),
                Math.max(1, Math.round(itemsMean * full / batch / policy.instances())));
    }

    private static double runNanos(QueueState state, long items, int length) {
        return state.latency().meanNanos(items * length);
    }
}
