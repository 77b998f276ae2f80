package io.bellwether.loadtests;

import java.util.PriorityQueue;

/** Time that moves only when someone sleeps, and runs what is due on the way. For one thread. */
final class VirtualTime implements Ticker {
    private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos = 5_000_000_000L;
    private long order;

    void at(long nanos, Runnable action) {
        events.add(new Event(nanos, order++, action));
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public void sleepUntil(long nanos) {
        while (!events.isEmpty() && events.peek().atNanos() <= nanos) {
            Event event = events.remove();
            nowNanos = Math.max(nowNanos, event.atNanos());
            event.action().run();
        }
        nowNanos = Math.max(nowNanos, nanos);
    }
}
