package io.bellwether.batching;

import io.bellwether.batching.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * The first requests of a queue, lined up for a decision, and the rule that decides. Scratch memory that is used again.
 *
 * <p>The rule, for a run that starts at a given time: for each batch size b, those that such a run would finish too late
 * are passed over, and the earliest b items of the rest are worth their weights per time of the run. The size of the
 * highest worth wins; with equal weights that is the largest batch that can be filled with requests that it still serves
 * in time. Sizes are tried from the largest down, and the first that passes nobody over ends the search.
 */
final class Lineup<T> {
    /** More are not looked at in one decision. */
    static final int REQUESTS_MAX = 4096;

    private final List<Entry<T>> entries = new ArrayList<>();
    private long[] deadlines = new long[64];
    private long[] itemsBefore = new long[65];
    private long[] worthBefore = new long[65];
    private int longest;

    private LatencyModel latency = new LatencyModel();
    private int itemsMax;
    private long marginNanos;

    /** A decision: pass over [offset, from), run [from, to). */
    record Choice(int from, int to, int items, long predictedNanos) {}

    void set(List<Entry<T>> sorted, LatencyModel model, int batchItemsMax, long margin) {
        entries.clear();
        entries.addAll(sorted);
        latency = model;
        itemsMax = batchItemsMax;
        marginNanos = margin;
        longest = 1;
        if (deadlines.length < entries.size()) {
            deadlines = new long[2 * entries.size()];
            itemsBefore = new long[2 * entries.size() + 1];
            worthBefore = new long[2 * entries.size() + 1];
        }
        for (int i = 0; i < entries.size(); i++) {
            Waiting<T> waiting = entries.get(i).waiting();
            deadlines[i] = waiting.deadlineNanos();
            itemsBefore[i + 1] = itemsBefore[i] + waiting.items();
            worthBefore[i + 1] = worthBefore[i] + (long) waiting.items() * waiting.weight();
            longest = Math.max(longest, waiting.length());
        }
    }

    int size() {
        return entries.size();
    }

    Entry<T> entry(int index) {
        return entries.get(index);
    }

    long predictNanos(long items) {
        return latency.predictNanos(items * longest);
    }

    /** Index of the first request from {@code offset} on that a run of one item could still serve in time. */
    int firstAttainable(int offset, long startNanos) {
        long end = startNanos + predictNanos(1) + marginNanos;
        int index = offset;
        while (index < size() && deadlines[index] - end < 0) {
            index++;
        }
        return index;
    }

    /**
     * The best run from {@code offset} on.
     *
     * @param keepHead true to consider only runs that serve the first request in time
     * @return an empty choice, with {@code to == from}, when not one can be served
     */
    Choice choose(int offset, long startNanos, boolean keepHead) {
        Choice best = new Choice(offset, offset, 0, 0);
        double bestRate = 0;
        int from = size();
        int to = size();
        int most = (int) Math.min(itemsMax, itemsBefore[size()] - itemsBefore[offset]);
        for (int b = most; b >= 1; b--) {
            long nanos = predictNanos(b);
            long end = startNanos + nanos + marginNanos;
            while (from > offset && deadlines[from - 1] - end >= 0) {
                from--;
            }
            to = Math.max(to, from);
            while (to > from && itemsBefore[to] - itemsBefore[from] > b) {
                to--;
            }
            double rate = (double) (worthBefore[to] - worthBefore[from]) / Math.max(1, nanos);
            if (to > from && rate > bestRate && !(keepHead && from > offset)) {
                bestRate = rate;
                best = new Choice(from, to, (int) (itemsBefore[to] - itemsBefore[from]), nanos);
            }
            if (from == offset && to > from) {
                break;
            }
        }
        return best;
    }

    /** What is served in time if {@code first} runs now and the rule goes on alone, with nobody new. */
    long worthOf(Choice first, long startNanos) {
        long worth = 0;
        long now = startNanos;
        Choice choice = first;
        while (choice.to() > choice.from()) {
            worth += worthBefore[choice.to()] - worthBefore[choice.from()];
            now += choice.predictedNanos();
            choice = choose(firstAttainable(choice.to(), now), now, false);
        }
        return worth;
    }
}
