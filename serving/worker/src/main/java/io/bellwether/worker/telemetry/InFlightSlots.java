package io.bellwether.worker.telemetry;

import java.util.OptionalLong;
import java.util.TreeMap;

/** How many requests of each slot are in the worker. Safe for use by several threads. */
final class InFlightSlots {
    private final Object lock = new Object();
    private final TreeMap<Long, Integer> requestsBySlot = new TreeMap<>();

    void enter(long slot) {
        synchronized (lock) {
            requestsBySlot.merge(slot, 1, Integer::sum);
        }
    }

    void leave(long slot) {
        synchronized (lock) {
            requestsBySlot.computeIfPresent(slot, (key, requests) -> requests == 1 ? null : requests - 1);
        }
    }

    OptionalLong oldest() {
        synchronized (lock) {
            return requestsBySlot.isEmpty() ? OptionalLong.empty() : OptionalLong.of(requestsBySlot.firstKey());
        }
    }
}
