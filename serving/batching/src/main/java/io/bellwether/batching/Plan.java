package io.bellwether.batching;

import java.util.List;

/**
 * What the runner must do now. It first answers the expired and the sacrificed, then runs the batch, then tells the planner
 * with {@link BatchPlanner#onExecuted} or {@link BatchPlanner#onAbandoned}. Each list may be empty.
 *
 * @param batch the requests to run together, earliest deadline first
 * @param expired requests whose deadline is over; they are answered and never run
 * @param sacrificed requests whose deadline is not over but cannot be met any more, or not without losing more than they
 *     are worth; answered at once, as too late, and never run
 * @param length the longest of the batch, to which all are padded; 1 where nothing varies and for an empty batch
 * @param startNanos when the run is expected to start
 * @param predictedNanos how long it is predicted to take, a high quantile; 0 while the latency is unknown
 */
public record Plan<T>(
        List<Waiting<T>> batch,
        List<Waiting<T>> expired,
        List<Waiting<T>> sacrificed,
        int length,
        long startNanos,
        long predictedNanos) {
    public Plan {
        batch = List.copyOf(batch);
        expired = List.copyOf(expired);
        sacrificed = List.copyOf(sacrificed);
    }

    /** A plan that nobody is sacrificed for and nothing is predicted of. */
    public Plan(List<Waiting<T>> batch, List<Waiting<T>> expired) {
        this(batch, expired, List.of(), longest(batch), 0, 0);
    }

    /** The same with the prediction. */
    Plan<T> predicted(long nanos) {
        return new Plan<>(batch, expired, sacrificed, length, startNanos, nanos);
    }

    /** The longest of some requests, 1 of none. */
    static <T> int longest(List<Waiting<T>> batch) {
        int longest = 1;
        for (Waiting<T> waiting : batch) {
            longest = Math.max(longest, waiting.length());
        }
        return longest;
    }

    /** Items of the batch, the size of the batch dimension. */
    public int items() {
        int items = 0;
        for (Waiting<T> waiting : batch) {
            items += waiting.items();
        }
        return items;
    }

    /** What the device computes: items times padded length. The latency model counts in it. */
    public long cells() {
        return (long) items() * length;
    }

    /** The part of {@link #cells} that is padding and computed for nobody. */
    public long paddingCells() {
        long wanted = 0;
        for (Waiting<T> waiting : batch) {
            wanted += (long) waiting.items() * waiting.length();
        }
        return cells() - wanted;
    }
}
