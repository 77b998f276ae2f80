package io.bellwether.batching;

import java.util.List;

/**
 * What the runner must do now. It first answers the expired, then runs the batch; both lists may be empty.
 *
 * @param batch the requests to run together, earliest deadline first
 * @param expired requests whose deadline is over; they are answered and never run
 */
public record Plan<T>(List<Waiting<T>> batch, List<Waiting<T>> expired) {
    public Plan {
        batch = List.copyOf(batch);
        expired = List.copyOf(expired);
    }

    /** Items of the batch, the size of the batch dimension. */
    public int items() {
        return Math.toIntExact(batch.stream().mapToLong(Waiting::items).sum());
    }
}
