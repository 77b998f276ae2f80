package io.bellwether.routing.admission;

/** Whether a request may come in. */
public sealed interface Admission {

    /** The one value of {@link Admitted}; nothing is allocated to admit. */
    Admission ADMITTED = new Admitted();

    /** It comes in. Whoever asked tells how it ended, exactly once. */
    record Admitted() implements Admission {}

    /**
     * It stays out, and nothing was charged for it.
     *
     * @param reason why
     * @param retryAfterNanos when another attempt makes sense, above 0
     */
    record Refused(Reason reason, long retryAfterNanos) implements Admission {}

    /** Why a request stays out. */
    enum Reason {
        /** As many requests are in flight as can be served without long waits. The time is an estimate. */
        LIMIT_REACHED,
        /** The slots that are free are for tenants that hold less than this one. The time is an estimate. */
        SHARE_REACHED,
        /** The tenant sent more requests than its quota allows. The time is exact. */
        REQUESTS_OVER_QUOTA,
        /** The tenant sent more tensor elements than its quota allows. The time is exact. */
        ELEMENTS_OVER_QUOTA;

        /** Whether the tenant is over a quota of its own; else there is too much to do for all together. */
        public boolean isQuota() {
            return this == REQUESTS_OVER_QUOTA || this == ELEMENTS_OVER_QUOTA;
        }
    }
}
