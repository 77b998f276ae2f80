package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast the whole model burns its error budget: the share of its requests that failed, in multiples of the share that its
 * objective allows. A fast burn is 14.4 over an hour and over five minutes (2 % of the budget of 30 days), a slow one 6 over
 * six hours and half an hour (5 %). The long window says that it matters, the short one that it goes on. Windows are made of
 * whole minutes and reach back to the first slot at most. Not thread-safe.
 *
 * <p><b>Source.</b> Google, "The Site Reliability Workbook" (2018), chapter 5, multi-window multi-burn-rate alerts.
 */
final class BurnWindows {
    /** Fewer failures in the long window are no burn, whatever their share. */
    static final long FAILURES_MIN = 10;

    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES = 6 * 60;
    private static final List<Pair> PAIRS = List.of(new Pair(60, 5, 14.4), new Pair(MINUTES, 30, 6));

    private final double allowedShare;
    private final long[] requests = new long[MINUTES];
    private final long[] failures = new long[MINUTES];
    private long lastMinute = -1;

    private record Pair(int longMinutes, int shortMinutes, double factor) {}

    /**
     * Two windows and what they show.
     *
     * @param longMinutes length of the long window
     * @param shortMinutes length of the short one
     * @param factor burn rate from which both are too fast
     * @param longRate burn rate in the long window, 1 uses the budget up in just its time
     * @param shortRate in the short one
     * @param burning whether the budget burns too fast by them
     */
    record Burn(int longMinutes, int shortMinutes, double factor, double longRate, double shortRate, boolean burning) {}

    /** @param objective share of the requests that should be answered well */
    BurnWindows(double objective) {
        allowedShare = 1 - objective;
    }

    /** Adds a slot; slots come in rising order. */
    void add(long slot, ModelCounts counts) {
        long minute = Math.floorDiv(slot, SECONDS_PER_MINUTE);
        if (lastMinute >= 0) {
            for (long gone = Math.max(lastMinute + 1, minute - MINUTES + 1); gone <= minute; gone++) {
                requests[place(gone)] = 0;
                failures[place(gone)] = 0;
            }
        }
        lastMinute = Math.max(lastMinute, minute);
        requests[place(minute)] += counts.requests();
        failures[place(minute)] += counts.failures();
    }

    /** What the windows show, the shorter ones first. */
    List<Burn> burns() {
        List<Burn> burns = new ArrayList<>();
        for (Pair pair : PAIRS) {
            double longRate = rate(pair.longMinutes());
            double shortRate = rate(pair.shortMinutes());
            boolean burning = longRate >= pair.factor()
                    && shortRate >= pair.factor()
                    && sum(failures, pair.longMinutes()) >= FAILURES_MIN;
            burns.add(new Burn(pair.longMinutes(), pair.shortMinutes(), pair.factor(), longRate, shortRate, burning));
        }
        return burns;
    }

    private double rate(int minutes) {
        long all = sum(requests, minutes);
        return all == 0 ? 0 : (double) sum(failures, minutes) / all / allowedShare;
    }

    private long sum(long[] counts, int minutes) {
        long sum = 0;
        for (int back = 0; lastMinute >= 0 && back < minutes; back++) {
            sum += counts[place(lastMinute - back)];
        }
        return sum;
    }

    private static int place(long minute) {
        return (int) Math.floorMod(minute, (long) MINUTES);
    }

    void write(StateWriter out) {
        out.writeLong(lastMinute);
        for (int i = 0; i < MINUTES; i++) {
            out.writeLong(requests[i]);
            out.writeLong(failures[i]);
        }
    }

    void read(StateReader in) {
        lastMinute = in.readLong();
        for (int i = 0; i < MINUTES; i++) {
            requests[i] = in.readLong();
            failures[i] = in.readLong();
        }
    }
}
