package io.bellwether.routing.admission;

import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each tenant within its quota of requests and of tensor elements, by a token bucket for each. Tenants have numbers,
 * from 0 on, in the order in which they were declared.
 *
 * <p>Invariants: requests that come in within t seconds are at most {@code burst + rate * t}; so are their elements, but for
 * the excess over the burst of the last one. A refused request is charged nothing. One that comes back exactly after its
 * retry-after, nothing having been charged since, comes in; a nanosecond earlier it does not.
 *
 * <p>A request with more elements than the burst comes in when the bucket is full, and what is over is a debt that is paid
 * off before the next one comes in.
 *
 * <p>Not safe for several threads. Cost: some integer operations; nothing is allocated but refusals.
 */
public final class TenantQuotas {
    private final Account[] accounts;

    /** Without a bucket there is no limit. */
    private record Account(@Nullable TokenBucket requests, @Nullable TokenBucket elements, long burstElements) {
        static Account of(TenantQuota quota, long nowNanos) {
            return new Account(
                    quota.limitsRequests()
                            ? new TokenBucket(quota.microRequestsPerSecond(), quota.burstMicroRequests(), nowNanos)
                            : null,
                    quota.limitsElements()
                            ? new TokenBucket(quota.wholeElementsPerSecond(), quota.burstElements(), nowNanos)
                            : null,
                    quota.burstElements());
        }
    }

    /**
     * All buckets are full.
     *
     * @param nowNanos on the clock of all later calls
     */
    public TenantQuotas(List<TenantQuota> quotas, long nowNanos) {
        this.accounts =
                quotas.stream().map(quota -> Account.of(quota, nowNanos)).toArray(Account[]::new);
    }

    /**
     * Charges a request to its tenant, or says why not.
     *
     * @param elements of its tensors, 0 or more
     */
    public Admission admit(int tenant, long elements, long nowNanos) {
        TokenBucket requests = accounts[tenant].requests();
        TokenBucket contents = accounts[tenant].elements();
        long needed = Math.min(within(elements), accounts[tenant].burstElements());
        long requestNanos = nanosUntil(requests, TenantQuota.MICROS, nowNanos);
        long elementNanos = nanosUntil(contents, needed, nowNanos);
        if (requestNanos > 0 || elementNanos > 0) {
            return requestNanos >= elementNanos
                    ? new Refused(Reason.REQUESTS_OVER_QUOTA, requestNanos)
                    : new Refused(Reason.ELEMENTS_OVER_QUOTA, elementNanos);
        }
        if (requests != null) {
            requests.take(TenantQuota.MICROS);
        }
        if (contents != null) {
            contents.take(within(elements));
        }
        return Admission.ADMITTED;
    }

    private static long nanosUntil(@Nullable TokenBucket bucket, long tokens, long nowNanos) {
        if (bucket == null) {
            return 0;
        }
        bucket.refill(nowNanos);
        return bucket.nanosUntil(tokens);
    }

    /** An admitted request stays out for another reason: as if it had never been asked for. */
    public void giveBack(int tenant, long elements, long nowNanos) {
        TokenBucket requests = accounts[tenant].requests();
        if (requests != null) {
            requests.refill(nowNanos);
            requests.give(TenantQuota.MICROS);
        }
        TokenBucket contents = accounts[tenant].elements();
        if (contents != null) {
            contents.refill(nowNanos);
            contents.give(within(elements));
        }
    }

    /** An admitted request turns out to have more elements: they are charged without a question, into debt if need be. */
    public void charge(int tenant, long elements, long nowNanos) {
        TokenBucket contents = accounts[tenant].elements();
        if (contents != null) {
            contents.refill(nowNanos);
            contents.take(within(elements));
        }
    }

    private static long within(long elements) {
        return Math.max(0, Math.min(TokenBucket.BURST_MAX, elements));
    }
}
