package io.bellwether.routing.hedge;

/**
 * When a copy of a request of one version may go to a second worker.
 *
 * <p>A copy is worth sending when the request already took longer than nearly all others: then it probably hangs behind
 * something that has nothing to do with it (Dean and Barroso, "The tail at scale", 2013). How long that is, the version says
 * itself, by the times of its recent requests. A request that a copy overtook counts with the time that it had taken until
 * then, which is less than it would have taken but more than the quantile, so that the quantile is what it would be without copies.
 *
 * <p>Invariants: after n requests, at most {@code burst + n * shareMax} copies have gone; none before the delay is known, and
 * none within {@link #PAUSE_NANOS} after a copy was lost with its worker.
 *
 * <p>Safe for several threads: everything is under one lock, which is held for some integer operations, and once a second for
 * a walk over 192 numbers. Nothing is allocated.
 */
public final class HedgeGate {
    /** The delay while it is not known. */
    public static final long NEVER = Long.MAX_VALUE;

    /** As long as the crashes count that put a version in quarantine at its worker. */
    public static final long PAUSE_NANOS = 300_000_000_000L;

    private static final long REFRESH_NANOS = 1_000_000_000L;
    private static final long WHOLE = 1_000_000;

    private final HedgeSettings settings;
    private final RecentTimes times;
    private final long deposit;
    private final long savedMax;
    private long saved;
    private long delayNanos = NEVER;
    private long delayAtNanos;
    private long pausedAtNanos;
    private boolean paused;

    /**
     * @param nowNanos on the clock of all later calls
     */
    public HedgeGate(HedgeSettings settings, long nowNanos) {
        this.settings = settings;
        this.times = new RecentTimes(nowNanos);
        this.deposit = Math.round(settings.shareMax() * WHOLE);
        this.savedMax = settings.burst() * WHOLE;
        this.saved = savedMax;
        this.delayAtNanos = nowNanos - REFRESH_NANOS;
    }

    /** A request was sent. Says how long its answer is waited for before a copy is thought of; {@link #NEVER} while unknown. */
    public synchronized long onSent(long nowNanos) {
        saved = Math.min(savedMax, saved + deposit);
        if (nowNanos - delayAtNanos >= REFRESH_NANOS) {
            delayAtNanos = nowNanos;
            long quantile = times.quantile(settings.quantile(), nowNanos);
            delayNanos = quantile < 0 ? NEVER : Math.max(settings.delayNanosMin(), quantile);
        }
        return delayNanos;
    }

    /** A request was answered by the worker that it went to first, or overtaken by its copy, so long after it was sent. */
    public synchronized void onTime(long timeNanos, long nowNanos) {
        times.add(timeNanos, nowNanos);
    }

    /**
     * Whether the copy of a request goes that waited for the delay in vain; it is paid for if it does.
     *
     * @param busy whether there is much to do already
     * @param other whether there is another worker that is fit for it
     */
    public synchronized HedgeVerdict decide(boolean busy, boolean other, long nowNanos) {
        if (busy) {
            return HedgeVerdict.BUSY;
        }
        if (!other) {
            return HedgeVerdict.NO_WORKER;
        }
        if (paused && nowNanos - pausedAtNanos < PAUSE_NANOS) {
            return HedgeVerdict.PAUSED;
        }
        paused = false;
        if (saved < WHOLE) {
            return HedgeVerdict.NO_BUDGET;
        }
        saved -= WHOLE;
        return HedgeVerdict.GOES;
    }

    /** A copy was lost together with the worker that had it. */
    public synchronized void onLost(long nowNanos) {
        paused = true;
        pausedAtNanos = nowNanos;
    }

    /** The delay as it was found last; {@link #NEVER} while unknown. */
    public synchronized long delayNanos() {
        return delayNanos;
    }
}
