package io.bellwether.worker.lane;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Capacity;
import io.bellwether.batching.Forecast;
import io.bellwether.batching.QueueState;
import java.util.Optional;

/**
 * What is known of a lane at one moment.
 *
 * @param nowNanos that moment, on the clock of the queue
 * @param policy of its queue
 * @param state of its queue
 * @param runs that its latency was learnt from, without the warm-up of the engine
 * @param arrivals how many of the last requests are remembered, none of them synthetic
 * @param itemsMean mean items of those; 1 where there are none
 * @param lengthMean their mean length; 1 where none varies and where there are none
 * @param capacity for requests of that length; empty while it would be a guess
 */
public record LaneReading(
        long nowNanos,
        BatchingPolicy policy,
        QueueState state,
        long runs,
        int arrivals,
        double itemsMean,
        int lengthMean,
        Optional<Capacity> capacity) {

    /** What a request of one item that arrives now has before it; empty while nothing is known of runs. */
    public Optional<Forecast> forecast() {
        int batchItems = capacity.map(Capacity::bestItems).orElse(state.batchItemsLimit());
        return Forecast.of(state, policy, batchItems, Math.max(1, itemsMean), Math.max(1, lengthMean));
    }
}
