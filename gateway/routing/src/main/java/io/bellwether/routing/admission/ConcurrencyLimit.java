package io.bellwether.routing.admission;

import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;

/**
 * How many requests of a version may be in flight: an adaptive limit, fed by what each answer says about its wait and its
 * service.
 *
 * <p>By Little's law a limit L that is always reached, a throughput X, a mean wait W and a mean service time S obey
 * {@code L = X (S + W)}. A version whose mean wait is the allowed one, A, is busy and has a bounded queue, so the limit
 * that is sought is {@code X (S + A)}. With the means of one window:
 *
 * <pre>
 *   W &gt; A                      L := L * max(1/2, (S + A) / (S + W))
 *   W &lt;= A, limit was needed   L := L + sqrt(L) * (1 - W / A)
 *   otherwise                   L stays
 * </pre>
 *
 * The shape is that of Gradient2 in Netflix' concurrency-limits (a gradient of at least 1/2, growth by the root of the
 * limit, none while less than half of the limit is used). Gradient2 compares the latest round trips with the average of
 * old ones, because a client cannot tell wait from service, and so takes a batch that grew for a queue. The worker tells
 * both apart: here the version is compared with itself at the same moment, there is no memory of better times to go stale,
 * and A is proportional to S, so batches may grow to their largest size.
 *
 * <p>Regimes. <i>Below capacity</i> nothing waits, and the limit grows until it is twice what is used. <i>At capacity</i>
 * it settles where the mean wait is about A. <i>After a fall of capacity</i> waits grow and one window, at worst a few,
 * bring the limit to the new product, as one step is exact where at least half remains. <i>In an outage</i> requests are
 * dropped or nothing ends; the limit halves per window down to {@link LimitSettings#least()} or stays, and grows again
 * from there with the root of its size: n windows reach about (n/2)^2.
 *
 * <p>A window counts only requests that came in after the limit last changed, and lasts at least four times their mean time in
 * flight: each change sees its own effect and not the queue that an older limit left.
 *
 * <p>Invariants: {@code least <= limit <= most}; {@code 0 <= inFlight}; a request is refused only if
 * {@code inFlight >= limit}; a window takes at most half of the limit.
 *
 * <p>Not safe for several threads. Cost: a comparison to admit, some additions when a request ends; no allocation but that
 * of a refusal.
 */
public final class ConcurrencyLimit {
    /** Longest retry-after: longer ones tell a client nothing that it should rely on. */
    public static final long RETRY_AFTER_NANOS_MAX = 10_000_000_000L;

    private static final double SHRINK_MOST = 0.5;

    /** Up to this share of drops a window says more by its waits: some callers have deadlines that cannot be met. */
    private static final double DROPPED_SHARE_TOLERATED = 0.1;

    private static final int TURNS = 4;
    private static final int SAMPLES = 10;
    private static final int SAMPLES_MIN = 3;

    private final LimitSettings settings;
    private double estimate;
    private int limit;
    private int inFlight;
    private long turnsOwed;
    private long flightNanos;

    private long changedNanos;
    private int inFlightMost;
    private int answered;
    private int dropped;
    private double waitNanosSum;
    private double serviceNanosSum;
    private double droppedNanosSum;

    /**
     * @param nowNanos on the clock of all later calls, which need not begin at 0
     */
    public ConcurrencyLimit(LimitSettings settings, long nowNanos) {
        this.settings = settings;
        this.estimate = settings.initial();
        this.limit = settings.initial();
        this.flightNanos = settings.windowNanos();
        this.changedNanos = nowNanos;
    }

    /** Requests that may be in flight now. */
    public int limit() {
        return limit;
    }

    /** Requests that came in and have not ended. */
    public int inFlight() {
        return inFlight;
    }

    /** Lets a request in, or says why not. One that comes in ends by one of the {@code on...} methods. */
    public Admission tryAdmit() {
        if (inFlight >= limit) {
            return refuse(Reason.LIMIT_REACHED);
        }
        inFlight++;
        inFlightMost = Math.max(inFlightMost, inFlight);
        return Admission.ADMITTED;
    }

    /** Lets a request in that belongs to one which is in already, limit or not. It ends like any other. */
    void admitAnyway() {
        inFlight++;
        inFlightMost = Math.max(inFlightMost, inFlight);
    }

    /**
     * A refusal. Refused requests form a line that exists on paper only: each is told when its turn would come if all came
     * back in order and one turn were free per request that ends. So retries come spread, not all at once.
     */
    Refused refuse(Reason reason) {
        double turnNanos = (double) flightNanos / limit;
        double afterNanos = flightNanos + turnNanos * turnsOwed;
        if (afterNanos < RETRY_AFTER_NANOS_MAX) {
            turnsOwed++;
        }
        return new Refused(reason, Math.max(1, (long) Math.min((double) RETRY_AFTER_NANOS_MAX, afterNanos)));
    }

    /**
     * A request was answered.
     *
     * @param waitNanos from its coming in to the start of its run; negative counts as 0
     * @param serviceNanos duration of its run, of the whole batch if it ran in one; negative counts as 0
     */
    public void onAnswered(long waitNanos, long serviceNanos, long nowNanos) {
        end();
        long wait = Math.max(0, waitNanos);
        long service = Math.max(0, serviceNanos);
        if (nowNanos - wait - service - changedNanos < 0) {
            return;
        }
        answered++;
        waitNanosSum += wait;
        serviceNanosSum += service;
        closeWindow(nowNanos);
    }

    /**
     * A request ended without an answer because there was too much to do: refused by the worker's full queue, or late.
     *
     * @param flightNanos how long it was in flight
     */
    public void onDropped(long flightNanos, long nowNanos) {
        end();
        if (nowNanos - flightNanos - changedNanos < 0) {
            return;
        }
        dropped++;
        droppedNanosSum += Math.max(0, flightNanos);
        closeWindow(nowNanos);
    }

    /** A request ended for a reason that says nothing about load: cancelled, invalid, failed at once. */
    public void onIgnored() {
        end();
    }

    private void end() {
        if (inFlight == 0) {
            throw new IllegalStateException(
                    "concurrency limit: a request ended, but none is in flight; end each admitted request once");
        }
        inFlight--;
        if (turnsOwed > 0) {
            turnsOwed--;
        }
    }

    private void closeWindow(long nowNanos) {
        int ended = answered + dropped;
        long elapsed = nowNanos - changedNanos;
        if (ended < Math.min(SAMPLES, Math.max(SAMPLES_MIN, limit))
                || elapsed < settings.windowNanos()
                || elapsed < TURNS * allowedFlightNanos()) {
            return;
        }
        double flightMean = (waitNanosSum + serviceNanosSum + droppedNanosSum) / ended;
        estimate = Math.max((double) settings.least(), Math.min((double) settings.most(), next((double) ended)));
        limit = (int) estimate;
        flightNanos = Math.max(1, (long) flightMean);
        changedNanos = nowNanos;
        inFlightMost = inFlight;
        answered = 0;
        dropped = 0;
        waitNanosSum = 0;
        serviceNanosSum = 0;
        droppedNanosSum = 0;
    }

    private double allowedFlightNanos() {
        double service = answered == 0 ? 0 : serviceNanosSum / answered;
        return service + settings.allowedWaitNanos(service);
    }

    private double next(double ended) {
        boolean needed = 2L * inFlightMost >= limit;
        double droppedShare = dropped / ended;
        if (droppedShare > DROPPED_SHARE_TOLERATED) {
            return needed ? estimate * Math.max(SHRINK_MOST, 1 - droppedShare) : estimate;
        }
        double service = serviceNanosSum / answered;
        double wait = waitNanosSum / answered;
        double allowed = settings.allowedWaitNanos(service);
        if (wait > allowed) {
            return estimate * Math.max(SHRINK_MOST, (service + allowed) / (service + wait));
        }
        return needed ? estimate + Math.sqrt(estimate) * (1 - wait / allowed) : estimate;
    }
}
