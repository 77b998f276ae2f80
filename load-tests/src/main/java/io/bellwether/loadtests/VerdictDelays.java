package io.bellwether.loadtests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How long after the end of a slot the first verdict came that knows it. Each rollout owes one for each slot of the measured
 * time: a slot that no verdict is about counts for the next verdict that is about a later one, and one that is never judged for
 * as long as it was waited for. So a stall is charged to every slot that it delayed. Thread-safe.
 */
final class VerdictDelays {
    private static final long MILLIS_PER_SLOT = 1_000;
    private static final int DIGITS = 3;
    private static final double[] SHOWN = {0, 50, 90, 99, 99.9, 100};

    private final long firstSlot;
    private final long endSlot;
    private final long[] nextSlots;
    private final Map<String, Integer> places = new HashMap<>();
    private final Histogram seen = new Histogram(DIGITS);
    private final Histogram told = new Histogram(DIGITS);
    private long verdicts;
    private long missing;

    /**
     * @param rollouts those that owe verdicts
     * @param firstSlot first slot that is measured
     * @param endSlot the one after the last
     */
    VerdictDelays(List<String> rollouts, long firstSlot, long endSlot) {
        this.firstSlot = firstSlot;
        this.endSlot = endSlot;
        this.nextSlots = new long[rollouts.size()];
        Arrays.fill(nextSlots, firstSlot);
        for (String rollout : rollouts) {
            places.put(rollout, places.size());
        }
    }

    /**
     * A verdict was read.
     *
     * @param slot the last slot that it knows
     * @param toldAtMillis when monitoring made it
     * @param seenAtMillis when it was read from Kafka
     */
    synchronized void verdict(String rollout, long slot, long toldAtMillis, long seenAtMillis) {
        Integer place = places.get(rollout);
        if (place == null) {
            return;
        }
        if (slot >= firstSlot && slot < endSlot) {
            verdicts++;
        }
        for (; nextSlots[place] <= slot && nextSlots[place] < endSlot; nextSlots[place]++) {
            long endMillis = (nextSlots[place] + 1) * MILLIS_PER_SLOT;
            told.recordValue(Math.max(0, toldAtMillis - endMillis));
            seen.recordValue(Math.max(0, seenAtMillis - endMillis));
        }
    }

    /** Whether every slot was judged. */
    synchronized boolean isComplete() {
        return Arrays.stream(nextSlots).allMatch(next -> next >= endSlot);
    }

    /** Nothing is waited for any longer: what is missing counts as late as it is now. */
    synchronized void close(long nowMillis) {
        for (int place = 0; place < nextSlots.length; place++) {
            for (; nextSlots[place] < endSlot; nextSlots[place]++) {
                missing++;
                long sinceMillis = Math.max(0, nowMillis - (nextSlots[place] + 1) * MILLIS_PER_SLOT);
                told.recordValue(sinceMillis);
                seen.recordValue(sinceMillis);
            }
        }
    }

    /** Slots without a verdict at the end. */
    synchronized long missing() {
        return missing;
    }

    static List<String> header() {
        return List.of("until", "slots", "least ms", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms");
    }

    synchronized List<List<String>> rows() {
        return List.of(row("monitoring has made it", told), row("it is read from Kafka", seen));
    }

    private static List<String> row(String name, Histogram delays) {
        List<String> row = new ArrayList<>(List.of(name, Markdown.number((double) delays.getTotalCount())));
        for (double percentile : SHOWN) {
            row.add(Markdown.number((double) millis(delays, percentile)));
        }
        return row;
    }

    synchronized Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("slots", seen.getTotalCount());
        fields.put("verdicts", verdicts);
        fields.put("missing", missing);
        fields.put("toldMillis", percentiles(told));
        fields.put("seenMillis", percentiles(seen));
        return fields;
    }

    private static Map<String, Object> percentiles(Histogram delays) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (double percentile : SHOWN) {
            fields.put("p" + percentile, millis(delays, percentile));
        }
        return fields;
    }

    /** The 0th is the least. */
    private static long millis(Histogram delays, double percentile) {
        return percentile == 0 ? delays.getMinValue() : delays.getValueAtPercentile(percentile);
    }
}
