package io.bellwether.routing.admission;

/**
 * Bounds and pace of a {@link ConcurrencyLimit}.
 *
 * @param least the limit never falls below it, 1 or more: whatever happened, this much traffic goes on and finds out
 *     whether things are better
 * @param most the limit never rises above it
 * @param initial the limit before anything was measured
 * @param waitPerService mean wait that is allowed, as a multiple of the mean service time, above 0. A server that works in
 *     batches needs 1: while a batch runs, the next one waits
 * @param waitNanosMin allowed wait however short the service is; below it lie pauses that have nothing to do with load
 * @param waitNanosMax allowed wait however long the service is
 * @param windowNanos shortest time between two changes of the limit
 */
public record LimitSettings(
        int least,
        int most,
        int initial,
        double waitPerService,
        long waitNanosMin,
        long waitNanosMax,
        long windowNanos) {

    /** For a version about which nothing is known. */
    public static final LimitSettings DEFAULT =
            new LimitSettings(4, 2_048, 32, 1, 2_000_000, 1_000_000_000, 100_000_000);

    public LimitSettings {
        check(least >= 1, "least", least, "1 or more");
        check(most >= least, "most", most, "at least the least limit, " + least);
        check(initial >= least && initial <= most, "initial", initial, "between " + least + " and " + most);
        check(waitPerService > 0 && waitPerService <= 100, "waitPerService", waitPerService, "above 0 and at most 100");
        check(waitNanosMin >= 1, "waitNanosMin", waitNanosMin, "1 or more");
        check(waitNanosMax >= waitNanosMin, "waitNanosMax", waitNanosMax, "at least waitNanosMin, " + waitNanosMin);
        check(windowNanos >= 1, "windowNanos", windowNanos, "1 or more");
    }

    private static void check(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(
                    "concurrency limit: " + name + " is " + value + ", expected " + expected);
        }
    }

    /** Mean wait that is allowed beside a mean service time. */
    double allowedWaitNanos(double serviceNanos) {
        return Math.max((double) waitNanosMin, Math.min((double) waitNanosMax, waitPerService * serviceNanos));
    }
}
