package io.bellwether.routing.admission;

import io.bellwether.routing.admission.Admission.Reason;
import java.util.Arrays;

/**
 * The slots under one {@link ConcurrencyLimit}, shared by tenants in proportion to their weights when they do not suffice,
 * and free for anybody when they do. Tenants have numbers, from 0 on.
 *
 * <p>A tenant gets another slot if it holds fewer than {@code w / mean(w)} times the slots that are free, where w is its
 * weight and the mean is over the tenants that asked for a slot lately, admitted or not. This is the dynamic threshold for
 * shared buffers of Choudhury and Hahne (IEEE/ACM Trans. Networking 6(2), 1998) with factor 1 and weights. A tenant has
 * asked lately if it did in this half second or the one before.
 *
 * <p>What follows. Greedy tenants hold slots in proportion to their weights: n of equal weight each L / (n + 1), and the
 * last part stays free. A greedy tenant yields when others take slots, since fewer are free then, and a newcomer meets
 * free slots at once. One tenant among several that is alone for a while holds half of the limit, whatever its weight. The
 * free part costs no throughput: the limit measures waits, not slots, and grows by as much; it costs a moment of longer
 * waits when many tenants become greedy at once. Where there is one tenant in all, it has all slots.
 *
 * <p>Invariants: those of {@link ConcurrencyLimit}; a tenant without a slot is refused only if L are taken; the sum of the
 * slots that tenants hold is {@link #inFlight()}.
 *
 * <p>Not safe for several threads. Cost: some integer operations; nothing is allocated but refusals.
 */
public final class FairSlots {
    /** Tenants count in the shares by halves of a second. */
    static final long EPOCH_NANOS = 500_000_000L;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final ConcurrencyLimit limit;
    private final int[] weights;
    private final int[] slots;
    private final long[] askedEpoch;
    private final long startNanos;
    private long epoch;
    private final Askers now = new Askers();
    /** Those of the epoch before that have not asked again. */
    private final Askers before = new Askers();

    private static final class Askers {
        int count;
        long weight;

        void add(int some) {
            count++;
            weight += some;
        }

        void remove(int some) {
            count--;
            weight -= some;
        }

        void become(int otherCount, long otherWeight) {
            count = otherCount;
            weight = otherWeight;
        }
    }

    /**
     * @param weights of all tenants, each 1 to {@link TenantQuota#WEIGHT_MAX}
     * @param nowNanos on the clock of all later calls
     */
    public FairSlots(int[] weights, LimitSettings settings, long nowNanos) {
        this.limit = new ConcurrencyLimit(settings, nowNanos);
        this.weights = weights.clone();
        this.slots = new int[weights.length];
        this.askedEpoch = new long[weights.length];
        Arrays.fill(askedEpoch, NEVER);
        this.startNanos = nowNanos;
    }

    /** Requests of all tenants that may be in flight now. */
    public int limit() {
        return limit.limit();
    }

    /** Requests of all tenants that came in and have not ended. */
    public int inFlight() {
        return limit.inFlight();
    }

    /** Requests of one tenant that came in and have not ended. */
    public int inFlight(int tenant) {
        return slots[tenant];
    }

    /** Gives a slot, or says why not. */
    public Admission tryAdmit(int tenant, long nowNanos) {
        if (slots.length > 1) {
            asked(tenant, nowNanos);
            long free = (long) limit.limit() - limit.inFlight();
            long counted = (long) now.count + before.count;
            if (free > 0 && slots[tenant] * (now.weight + before.weight) >= free * weights[tenant] * counted) {
                return limit.refuse(Reason.SHARE_REACHED);
            }
        }
        Admission admission = limit.tryAdmit();
        if (admission == Admission.ADMITTED) {
            slots[tenant]++;
        }
        return admission;
    }

    /** Gives a slot to a request that belongs to one which is in already, even if none is free. */
    public void admitAnyway(int tenant) {
        limit.admitAnyway();
        slots[tenant]++;
    }

    /** As {@link ConcurrencyLimit#onAnswered}. */
    public void onAnswered(int tenant, long waitNanos, long serviceNanos, long nowNanos) {
        free(tenant);
        limit.onAnswered(waitNanos, serviceNanos, nowNanos);
    }

    /** As {@link ConcurrencyLimit#onDropped}. */
    public void onDropped(int tenant, long flightNanos, long nowNanos) {
        free(tenant);
        limit.onDropped(flightNanos, nowNanos);
    }

    /** As {@link ConcurrencyLimit#onIgnored}. */
    public void onIgnored(int tenant) {
        free(tenant);
        limit.onIgnored();
    }

    private void free(int tenant) {
        if (slots[tenant] == 0) {
            throw new IllegalStateException("fair slots: a request of tenant " + tenant
                    + " ended, but it has none in flight; end each admitted request once, under its tenant");
        }
        slots[tenant]--;
    }

    private void asked(int tenant, long nowNanos) {
        // A clock that goes back a little changes no epoch.
        long current = Math.max(epoch, (nowNanos - startNanos) / EPOCH_NANOS);
        if (current != epoch) {
            before.become(current == epoch + 1 ? now.count : 0, current == epoch + 1 ? now.weight : 0);
            now.become(0, 0);
            epoch = current;
        }
        if (askedEpoch[tenant] == current) {
            return;
        }
        if (askedEpoch[tenant] == current - 1) {
            before.remove(weights[tenant]);
        }
        now.add(weights[tenant]);
        askedEpoch[tenant] = current;
    }
}
