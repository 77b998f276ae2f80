package io.bellwether.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * The last {@value #KEPT} requests that arrived at a queue, the refused ones among them: what a projection of other weights
 * or rates runs on. Not safe for several threads. Memory: 32 bytes each, from the first arrival on.
 */
public final class RecentArrivals {
    /** Requests that are kept. */
    public static final int KEPT = 4096;

    private final int kept;
    private long[] atNanos = {};
    private long[] budgetNanos = {};
    private int[] items = {};
    private int[] lengths = {};
    private int[] weights = {};
    private int count;
    private int next;
    private long itemsSum;
    private long cellsSum;

    /**
     * One request.
     *
     * @param atNanos when it arrived, on the clock of the queue
     * @param budgetNanos from its arrival to its deadline
     * @param items as in {@link Waiting}
     * @param length as in {@link Waiting}
     * @param weight as in {@link Waiting}
     */
    public record Arrival(long atNanos, long budgetNanos, int items, int length, int weight) {}

    public RecentArrivals() {
        this(KEPT);
    }

    RecentArrivals(int kept) {
        this.kept = kept;
    }

    /** A request arrives. */
    public void add(Waiting<?> request, long nowNanos) {
        if (items.length == 0) {
            atNanos = new long[kept];
            budgetNanos = new long[kept];
            items = new int[kept];
            lengths = new int[kept];
            weights = new int[kept];
        }
        if (count == kept) {
            count(next, -1);
        }
        atNanos[next] = nowNanos;
        budgetNanos[next] = request.deadlineNanos() - nowNanos;
        items[next] = request.items();
        lengths[next] = request.length();
        weights[next] = request.weight();
        count(next, 1);
        next = (next + 1) % kept;
        count = Math.min(count + 1, kept);
    }

    private void count(int slot, int sign) {
        itemsSum += (long) sign * items[slot];
        cellsSum += (long) sign * items[slot] * lengths[slot];
    }

    /** How many are kept now. */
    public int count() {
        return count;
    }

    /** Mean items of a request; 1 before the first. */
    public double itemsMean() {
        return count == 0 ? 1 : itemsSum / (double) count;
    }

    /** Mean length of an item, rounded up; 1 before the first. */
    public int lengthMean() {
        return count == 0 ? 1 : (int) ((cellsSum + itemsSum - 1) / itemsSum);
    }

    /** Those that are kept, the oldest first. */
    public List<Arrival> list() {
        List<Arrival> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int slot = Math.floorMod(next - count + i, kept);
            all.add(new Arrival(atNanos[slot], budgetNanos[slot], items[slot], lengths[slot], weights[slot]));
        }
        return all;
    }
}
