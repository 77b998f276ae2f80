package io.bellwether.gateway.guard;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RouteTable;
import io.bellwether.routing.guard.LocalGuard;
import io.bellwether.routing.guard.Trip;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the local guard what was answered since the last tick, and takes a candidate back at once when the guard says so. It
 * needs nobody for that: neither Kafka nor the disk. Requests in flight are answered as they would have been.
 *
 * <p>Somebody else calls {@link #tick} every few tens of milliseconds, on one thread.
 */
public final class GuardWatch {
    private static final Logger LOG = Logger.getLogger(GuardWatch.class);

    private final ControlFold fold;
    private final ArmOutcomes outcomes;
    private final LocalGuard guard;
    private final Timekeeper time;
    private final LongAdder trips = new LongAdder();
    private volatile Set<String> watched = Set.of();
    private @Nullable RouteTable seen;

    public GuardWatch(ControlFold fold, ArmOutcomes outcomes, LocalGuard guard, Timekeeper time) {
        this.fold = fold;
        this.outcomes = outcomes;
        this.guard = guard;
        this.time = time;
    }

    /** Candidates that were taken back since this process started. */
    public long trips() {
        return trips.sum();
    }

    /** Rollouts whose requests are compared now. */
    public int watched() {
        return watched.size();
    }

    /** A slice of time is over. Never blocks. */
    public void tick() {
        if (routesChanged()) {
            watched = guard.watch(weights());
            outcomes.watch(watched);
        }
        for (String id : watched) {
            guard.tick(id, outcomes.take(id)).ifPresent(this::onTrip);
        }
    }

    @SuppressWarnings(
            "ReferenceEquality") // Tables are large; another object may be another table, and is looked at then.
    private boolean routesChanged() {
        RouteTable routes = fold.routes();
        boolean changed = routes != seen;
        seen = routes;
        return changed;
    }

    /** Weights of the candidates that clients meet: those of shadows and killed rollouts meet nobody. */
    private Map<String, Integer> weights() {
        KilledRollouts killed = fold.killed();
        Map<String, Integer> weights = new HashMap<>();
        for (Rollout.Live live : fold.state().liveRollouts()) {
            if (live.weightBasisPoints() > 0 && !killed.contains(live.id())) {
                weights.put(live.id(), live.weightBasisPoints());
            }
        }
        return weights;
    }

    private void onTrip(Trip trip) {
        Optional<Rollout> rollout = fold.state().rollout(trip.rolloutId());
        if (rollout.isEmpty()) {
            // It ended this very moment, and is not even kept: there is nothing to take back.
            return;
        }
        String model = rollout.get().plan().model();
        fold.kill(KilledRollouts.of(List.of(new Kill(trip.rolloutId(), model, time.epochMillis(), trip.reason()))));
        trips.increment();
        LOG.warnf(
                "event=guard_trip rollout=%s model=%s candidate=%s failed=%d of=%d stableFailed=%d stableOf=%d reason=\"%s\"",
                trip.rolloutId(),
                model,
                rollout.get().plan().candidateVersion(),
                trip.seen().candidateFailed(),
                trip.seen().candidate(),
                trip.seen().stableFailed(),
                trip.seen().stable(),
                trip.reason());
    }
}
