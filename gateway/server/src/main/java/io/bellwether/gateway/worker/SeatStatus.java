package io.bellwether.gateway.worker;

import io.bellwether.protocol.hop.HopStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a version stands on a worker, as the worker said it, and what this gateway had there then.
 *
 * @param waiting requests of all gateways that wait there
 * @param running those in its runs
 * @param waitNanos until the run of a request that comes would start; 0 with {@code runNanos} 0
 * @param runNanos what its run would take; 0 while the worker has not learnt that
 * @param eachNanos what each request adds to the wait of those behind it
 * @param atNanos when it was heard, on the clock of the gateway
 * @param ownRequests requests of this gateway that were not answered there then
 * @param ownMean mean of that, over the last times
 * @param allMean mean of all requests there, over the last times
 */
public record SeatStatus(
        int waiting,
        int running,
        long waitNanos,
        long runNanos,
        long eachNanos,
        long atNanos,
        int ownRequests,
        double ownMean,
        double allMean) {
    /** No worker has so many; and no answer of these can be late for longer. */
    private static final int REQUESTS_MAX = 1 << 24;

    private static final long NANOS_MAX = 3_600_000_000_000L;
    private static final double GAIN = 0.1;
    private static final double CROWD_MAX = 64;

    /**
     * Reads what a worker says; empty where it cannot be true.
     *
     * @param before what it said before, or null
     */
    static Optional<SeatStatus> of(HopStatus said, @Nullable SeatStatus before, int ownRequests, long nowNanos) {
        boolean possible = isWithin(said.getWaiting(), REQUESTS_MAX)
                && isWithin(said.getRunning(), REQUESTS_MAX)
                && isWithin(said.getWaitNanos(), NANOS_MAX)
                && isWithin(said.getRunNanos(), NANOS_MAX)
                && isWithin(said.getEachNanos(), NANOS_MAX);
        if (!possible) {
            return Optional.empty();
        }
        int all = said.getWaiting() + said.getRunning();
        return Optional.of(new SeatStatus(
                said.getWaiting(),
                said.getRunning(),
                said.getWaitNanos(),
                said.getRunNanos(),
                said.getEachNanos(),
                nowNanos,
                ownRequests,
                before == null ? ownRequests : before.ownMean + GAIN * (ownRequests - before.ownMean),
                before == null ? all : before.allMean + GAIN * (all - before.allMean)));
    }

    private static boolean isWithin(long value, long most) {
        return value >= 0 && value <= most;
    }

    /** Whether it says how long a request would take. */
    public boolean tellsTimes() {
        return runNanos > 0;
    }

    /**
     * How long a request that goes there now would take: what was told, and what came and went since. Of the other gateways
     * that is not known before the next time; each is taken to do as this one does, in the measure of what it had there. So
     * several that are told of the same idle worker do not each fill it (Dahlin 2000, "Interpreting stale load information").
     *
     * <p>What was told is the wait, or what all requests there take if that is longer. How far the present run has come is old
     * when it is heard; only where a run is much too late the wait says more than the requests do.
     *
     * @param ownNow requests of this gateway that are not answered there now
     */
    double answeredNanos(int ownNow) {
        double toldNanos = Math.max((double) waitNanos, ((double) waiting + running) * eachNanos);
        double since = (ownNow - ownRequests) * crowd();
        return Math.max(0, toldNanos + since * eachNanos) + runNanos;
    }

    /** How many requests there are for each of this gateway. */
    private double crowd() {
        return Math.min(CROWD_MAX, Math.max(1, (allMean + 1) / (ownMean + 1)));
    }
}
