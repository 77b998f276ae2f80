package io.bellwether.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Many fine frozen bins put together to a few that a reference fills about equally. Fine bins can be chosen before anything is
 * known; a test needs few bins, none of them nearly empty. Once chosen they do not move. Immutable.
 *
 * <p>A fine bin that holds the share of a pooled one by itself stays alone, so values that occur again and again are told from
 * those below and above. So there are at most two pooled bins for each that was asked for, one more, and the bins at the end
 * that take no part in the order (of values that are no numbers), which stay as they are.
 */
public final class PooledBins {
    private final int[] starts;
    private final int ordered;
    private final int unordered;

    private PooledBins(int[] starts, int ordered, int unordered) {
        this.starts = starts;
        this.ordered = ordered;
        this.unordered = unordered;
    }

    /**
     * Chooses the bins.
     *
     * @param reference counts of the reference, one a fine bin
     * @param unordered how many fine bins at the end take no part in the order
     * @param most about how many bins there should be, at least one
     */
    public static PooledBins of(long[] reference, int unordered, int most) {
        int ordered = reference.length - unordered;
        if (unordered < 0 || ordered < 1 || most < 1) {
            throw new IllegalArgumentException("expected at least one bin in order and one to put them into, got "
                    + reference.length + " bins, " + unordered + " of them without order, and " + most);
        }
        double total = 0;
        for (int bin = 0; bin < ordered; bin++) {
            total += reference[bin];
        }
        double full = total / most;
        List<Integer> starts = new ArrayList<>(List.of(0));
        double held = 0;
        for (int bin = 0; bin < ordered; bin++) {
            boolean alone = total > 0 && reference[bin] >= full;
            if (bin > starts.get(starts.size() - 1) && total > 0 && (alone || held >= full)) {
                starts.add(bin);
                held = 0;
            }
            held += reference[bin];
        }
        return new PooledBins(starts.stream().mapToInt(Integer::intValue).toArray(), ordered, unordered);
    }

    /** Pooled bins, those without order among them. */
    public int size() {
        return starts.length + unordered;
    }

    /** The first fine bin of a pooled one. */
    public int first(int pooled) {
        return pooled < starts.length ? starts[pooled] : ordered + pooled - starts.length;
    }

    /** The last fine bin of a pooled one. */
    public int last(int pooled) {
        return pooled + 1 < size() ? first(pooled + 1) - 1 : ordered + unordered - 1;
    }

    /** The counts of fine bins, put together. */
    public long[] pool(long[] fine) {
        long[] pooled = new long[size()];
        for (int bin = 0; bin < pooled.length; bin++) {
            for (int at = first(bin); at <= last(bin); at++) {
                pooled[bin] += fine[at];
            }
        }
        return pooled;
    }
}
