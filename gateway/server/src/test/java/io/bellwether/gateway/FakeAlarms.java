package io.bellwether.gateway;

import io.bellwether.gateway.call.Alarms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Alarms that go off when a test says so. */
public final class FakeAlarms implements Alarms {
    private final List<Planned> planned = new ArrayList<>();

    private record Planned(long nanos, Runnable task) {}

    @Override
    public synchronized Runnable after(long nanos, Runnable task) {
        Planned alarm = new Planned(nanos, task);
        planned.add(alarm);
        return () -> {
            synchronized (this) {
                planned.remove(alarm);
            }
        };
    }

    /** Delays of those that have not gone off and were not taken back. */
    public synchronized List<Long> delaysNanos() {
        return planned.stream().map(Planned::nanos).toList();
    }

    /** Has all of them go off, the shortest first; those that they plan too. */
    public void ring() {
        while (true) {
            Planned next;
            synchronized (this) {
                if (planned.isEmpty()) {
                    return;
                }
                next = planned.stream()
                        .min(Comparator.comparingLong(Planned::nanos))
                        .orElseThrow();
                planned.remove(next);
            }
            next.task().run();
        }
    }
}
