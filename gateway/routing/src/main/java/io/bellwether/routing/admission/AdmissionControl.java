package io.bellwether.routing.admission;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a routed request comes in: first the quota of its tenant, then a slot of its lane.
 *
 * <p>A lane is what one adaptive limit holds for. The compared arms of a rollout, candidate and control, share one, and each
 * version has one for everything else, as workers keep their queues apart. So a refusal cannot tell the compared arms from
 * each other: whichever of them has filled the lane, the next request is refused whatever its arm. With a limit for each
 * version a slow candidate would be relieved of load that its control has to bear, and its harm would be hidden; a control
 * that shared the limit of the whole stable version would be refused for traffic that the candidate does not have. The price:
 * a candidate that hangs takes its control's share along, at most the same number of requests again, until it is taken back.
 *
 * <p>Invariants: a refused request is charged nothing and holds nothing; every admitted one holds one slot of one lane until
 * it ends; there are at most {@code most + 1} lanes, so that with at most {@code most} requests in flight an idle one can be
 * forgotten for a new one. A lane that was forgotten begins anew when it is needed again.
 *
 * <p>Safe for several threads: everything is under one lock, which is held for some integer operations and look-ups. Nothing
 * is allocated but refusals and new lanes.
 */
public final class AdmissionControl {
    private static final double BUSY_SHARE = 0.7;

    private final Tenants tenants;
    private final LimitSettings settings;
    private final TenantQuotas quotas;
    private final Map<String, ModelLanes> models = new HashMap<>();
    private int lanes;

    /** What one adaptive limit holds for. */
    public static final class Lane {
        private final FairSlots slots;

        private Lane(FairSlots slots) {
            this.slots = slots;
        }
    }

    private static final class ModelLanes {
        String rolloutId = "";

        @Nullable
        Lane compared;

        final Map<String, Lane> versions = new HashMap<>();
    }

    /**
     * How a lane stands.
     *
     * @param version empty for the lane of the compared arms
     */
    public record Reading(String model, String version, int limit, int inFlight) {}

    /**
     * @param settings of every lane; {@code most} is at least the number of requests that are ever in flight
     * @param nowNanos on the clock of all later calls
     */
    public AdmissionControl(Tenants tenants, LimitSettings settings, long nowNanos) {
        this.tenants = tenants;
        this.settings = settings;
        this.quotas = new TenantQuotas(tenants.quotas(), nowNanos);
    }

    public Tenants tenants() {
        return tenants;
    }

    /** The lane of a request. Ask for it anew for each one. */
    public synchronized Lane lane(String model, Route.Routed route, long nowNanos) {
        ModelLanes known = models.get(model);
        boolean compared = route.arm() == Arm.CANDIDATE || route.arm() == Arm.CONTROL;
        if (known != null) {
            if (!compared) {
                Lane lane = known.versions.get(route.version());
                if (lane != null) {
                    return lane;
                }
            } else if (known.compared != null && known.rolloutId.equals(route.rolloutId())) {
                return known.compared;
            }
        }
        return newLane(model, route, compared, nowNanos);
    }

    private Lane newLane(String model, Route.Routed route, boolean compared, long nowNanos) {
        if (lanes > settings.most()) {
            forgetIdle();
        }
        Lane lane = new Lane(new FairSlots(tenants.weights(), settings, nowNanos));
        ModelLanes known = models.computeIfAbsent(model, name -> new ModelLanes());
        if (!compared) {
            known.versions.put(route.version(), lane);
            lanes++;
            return lane;
        }
        // That of an ended rollout lives on in its last requests only.
        if (known.compared == null) {
            lanes++;
        }
        known.rolloutId = route.rolloutId();
        known.compared = lane;
        return lane;
    }

    private void forgetIdle() {
        lanes = 0;
        for (ModelLanes known : models.values()) {
            known.versions.values().removeIf(lane -> lane.slots.inFlight() == 0);
            if (known.compared != null && known.compared.slots.inFlight() == 0) {
                known.compared = null;
            }
            lanes += known.versions.size() + (known.compared == null ? 0 : 1);
        }
        models.values().removeIf(known -> known.compared == null && known.versions.isEmpty());
        if (lanes > settings.most()) {
            throw new IllegalStateException("admission: " + lanes + " lanes have requests in flight; expected at most "
                    + settings.most() + " requests");
        }
    }

    /**
     * Lets a request in, or says why not. One that comes in ends by {@link #answered}, {@link #dropped} or {@link #ignored}.
     *
     * @param tenant its number among {@link #tenants}
     * @param elements of its tensors, 0 or more
     */
    public synchronized Admission admit(Lane lane, int tenant, long elements, long nowNanos) {
        Admission within = quotas.admit(tenant, elements, nowNanos);
        if (within != Admission.ADMITTED) {
            return within;
        }
        Admission slot = lane.slots.tryAdmit(tenant, nowNanos);
        if (slot != Admission.ADMITTED) {
            quotas.giveBack(tenant, elements, nowNanos);
        }
        return slot;
    }

    /**
     * Lets a request in that is part of one which is in already. Refusing it would waste what was done for the others: so
     * its elements are charged, into debt if need be, it holds a slot, and whoever comes later pays. It ends like any other.
     */
    public synchronized void admitPart(Lane lane, int tenant, long elements, long nowNanos) {
        quotas.charge(tenant, elements, nowNanos);
        lane.slots.admitAnyway(tenant);
    }

    /** As {@link ConcurrencyLimit#onAnswered}. */
    public synchronized void answered(Lane lane, int tenant, long waitNanos, long serviceNanos, long nowNanos) {
        lane.slots.onAnswered(tenant, waitNanos, serviceNanos, nowNanos);
    }

    /** As {@link ConcurrencyLimit#onDropped}. */
    public synchronized void dropped(Lane lane, int tenant, long flightNanos, long nowNanos) {
        lane.slots.onDropped(tenant, flightNanos, nowNanos);
    }

    /** As {@link ConcurrencyLimit#onIgnored}. */
    public synchronized void ignored(Lane lane, int tenant) {
        lane.slots.onIgnored(tenant);
    }

    /** Whether more than {@value #BUSY_SHARE} of the slots of a lane are taken: then nothing is done twice. */
    public synchronized boolean isBusy(Lane lane) {
        return lane.slots.inFlight() > BUSY_SHARE * lane.slots.limit();
    }

    /** How all lanes stand. */
    public synchronized List<Reading> readings() {
        List<Reading> all = new ArrayList<>();
        models.forEach((model, known) -> {
            known.versions.forEach((version, lane) -> all.add(reading(model, version, lane)));
            if (known.compared != null) {
                all.add(reading(model, "", known.compared));
            }
        });
        return all;
    }

    private static Reading reading(String model, String version, Lane lane) {
        return new Reading(model, version, lane.slots.limit(), lane.slots.inFlight());
    }
}
