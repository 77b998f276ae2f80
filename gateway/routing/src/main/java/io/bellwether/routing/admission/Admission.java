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
        /** The version has as many requests in flight as it can serve without long waits. The time is an estimate. */
        LIMIT_REACHED,
        /** The slots that are left are for tenants that hold less than their share. The time is an estimate. */
        SHARE_REACHED,
        /** The tenant sent more requests than its quota allows. The time is exact. */
        REQUESTS_OVER_QUOTA,
        /** The tenant's requests cost more than its quota allows. The time is exact while no other cost is settled. */
        COST_OVER_QUOTA
    }
}
