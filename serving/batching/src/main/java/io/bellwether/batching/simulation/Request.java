package io.bellwether.batching.simulation;

import io.bellwether.batching.RecentArrivals.Arrival;

/**
 * A request as it will come.
 *
 * @param arrival when and with what
 * @param leavesAfterNanos from its arrival until its client leaves; {@link #STAYS} when it does not
 * @param poison whether the program throws on it, and on every batch with it
 */
public record Request(Arrival arrival, long leavesAfterNanos, boolean poison) {
    /** The client waits for the answer. */
    public static final long STAYS = Long.MAX_VALUE;

    /** One that is waited for and that the program can run. */
    public static Request of(Arrival arrival) {
        return new Request(arrival, STAYS, false);
    }

    /** When its client leaves, {@link #STAYS} when it does not. */
    long leavesAtNanos() {
        return leavesAfterNanos == STAYS ? STAYS : arrival.atNanos() + leavesAfterNanos;
    }
}
