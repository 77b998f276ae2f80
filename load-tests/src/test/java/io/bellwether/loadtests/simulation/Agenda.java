package io.bellwether.loadtests.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is due, in order; of several things at one moment first what was planned first. For one thread. */
final class Agenda {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos).thenComparingLong(Entry::number));
    private long nowNanos;
    private long planned;

    private record Entry(long atNanos, long number, Runnable task) {}

    /** Nanoseconds since the world began. */
    long nowNanos() {
        return nowNanos;
    }

    long nowMillis() {
        return nowNanos / MILLI;
    }

    void after(long delayNanos, Runnable task) {
        entries.add(new Entry(nowNanos + Math.max(0, delayNanos), planned++, task));
    }

    /** @param afterEach looks at the world after each step */
    void runUntil(long atNanos, Runnable afterEach) {
        while (!entries.isEmpty() && entries.peek().atNanos() <= atNanos) {
            Entry next = entries.remove();
            nowNanos = next.atNanos();
            next.task().run();
            afterEach.run();
        }
        nowNanos = atNanos;
    }
}
