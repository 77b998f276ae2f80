package io.bellwether.batching.simulation;

import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.Waiting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Early drop with a sliding window (Nexus, SOSP 2019): the window holds as many items as the best batch for the objective,
 * fewer if fewer wait. While not all in it would be in time, its first is dropped and it moves on by one.
 *
 * @param windowItems of the window
 * @param times how much longer than the line a run is thought to take
 */
public record EarlyDrop(int windowItems, LatencyFit line, double times) implements ArrivalRule {
    /** With the window that is best for an objective: the most items of which two runs fit into it. */
    public static EarlyDrop of(long objectiveNanos, int itemsMax, LatencyFit line, double times) {
        int window = 1;
        while (window < itemsMax && 2 * times * line.meanNanos(window + 1L) <= objectiveNanos) {
            window++;
        }
        return new EarlyDrop(window, line, times);
    }

    @Override
    public Decision decide(Collection<Waiting<Request>> queue, long nowNanos) {
        List<Waiting<Request>> all = new ArrayList<>(queue);
        for (int from = 0; from < all.size(); from++) {
            List<Waiting<Request>> window = window(all.subList(from, all.size()).iterator());
            if (allInTime(window, nowNanos)) {
                return new Decision(all.subList(0, from), window, Long.MAX_VALUE);
            }
        }
        return new Decision(all, List.of(), Long.MAX_VALUE);
    }

    private List<Waiting<Request>> window(Iterator<Waiting<Request>> from) {
        List<Waiting<Request>> window = new ArrayList<>();
        int items = 0;
        while (from.hasNext()) {
            Waiting<Request> next = from.next();
            if (!window.isEmpty() && items + next.items() > windowItems) {
                break;
            }
            window.add(next);
            items += next.items();
        }
        return window;
    }

    private boolean allInTime(List<Waiting<Request>> window, long nowNanos) {
        long items = 0;
        long length = 1;
        long deadlineNanos = Long.MAX_VALUE;
        for (Waiting<Request> request : window) {
            items += request.items();
            length = Math.max(length, request.length());
            deadlineNanos = Math.min(deadlineNanos, request.deadlineNanos());
        }
        return (double) deadlineNanos >= (double) nowNanos + times * line.meanNanos(items * length);
    }

    @Override
    public boolean isWorkConserving() {
        return true;
    }
}
