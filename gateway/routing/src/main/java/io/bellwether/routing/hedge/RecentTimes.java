package io.bellwether.routing.hedge;

import java.util.Arrays;

/**
 * How long the requests of the last half minute to minute took, in buckets that are an eighth of an octave wide. Times of
 * older requests are forgotten a half minute at a time. Not safe for several threads; nothing is allocated.
 */
final class RecentTimes {
    /** The quantile of fewer times than these says too little. */
    static final int TIMES_MIN = 100;

    static final long WINDOW_NANOS = 30_000_000_000L;

    private static final int STEPS_BITS = 3;
    private static final int STEPS = 1 << STEPS_BITS;
    /** Times below 2^13 ns, 8 microseconds, count as that. */
    private static final int OCTAVE_MIN = 13;

    private static final int OCTAVES = 24;

    private int[] now = new int[OCTAVES * STEPS];
    private int[] before = new int[OCTAVES * STEPS];
    private long sinceNanos;

    /**
     * @param nowNanos on the clock of all later calls
     */
    RecentTimes(long nowNanos) {
        this.sinceNanos = nowNanos;
    }

    void add(long timeNanos, long nowNanos) {
        forget(nowNanos);
        now[bucket(timeNanos)]++;
    }

    /**
     * A time that at least this share of the recent requests did not take longer than, at most an eighth above the least
     * such; -1 when too few are known.
     */
    long quantile(double share, long nowNanos) {
        forget(nowNanos);
        long all = 0;
        for (int bucket = 0; bucket < now.length; bucket++) {
            all += (long) now[bucket] + before[bucket];
        }
        if (all < TIMES_MIN) {
            return -1;
        }
        long wanted = (long) Math.ceil(share * all);
        long reached = 0;
        int bucket = -1;
        while (reached < wanted) {
            bucket++;
            reached += (long) now[bucket] + before[bucket];
        }
        return upperNanos(bucket);
    }

    private void forget(long nowNanos) {
        long ageNanos = nowNanos - sinceNanos;
        if (ageNanos < WINDOW_NANOS) {
            return;
        }
        int[] emptied = before;
        before = now;
        now = emptied;
        Arrays.fill(now, 0);
        if (ageNanos >= 2 * WINDOW_NANOS) {
            Arrays.fill(before, 0);
        }
        sinceNanos = nowNanos;
    }

    private static int bucket(long timeNanos) {
        long time = Math.max(1L << OCTAVE_MIN, timeNanos);
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(time);
        int step = (int) (time >>> (octave - STEPS_BITS)) & (STEPS - 1);
        return Math.min((octave - OCTAVE_MIN) * STEPS + step, OCTAVES * STEPS - 1);
    }

    private static long upperNanos(int bucket) {
        int octave = OCTAVE_MIN + bucket / STEPS;
        return (1L << octave) + ((bucket % STEPS + 1L) << (octave - STEPS_BITS));
    }
}
