package io.bellwether.gateway.guard;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ArmOutcomes.Watched;
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
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the local guard what was answered since the last tick, and takes a candidate back at once when the guard says so; of an
 * A/B/n only the arm in question, each being compared with the stable version by itself. It needs nobody for that: neither
 * Kafka nor the disk. Requests in flight are answered as they would have been.
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
    private volatile Map<String, Watched> watched = Map.of();
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

    /** Rollouts, and arms of an A/B/n, whose requests are compared now. */
    public int watched() {
        return watched.size();
    }

    /** A slice of time is over. Never blocks. */
    public void tick() {
        if (routesChanged()) {
            Map<String, Watched> live = new HashMap<>();
            Set<String> within = guard.watch(weights(live), key -> arms(live, key));
            live.keySet().retainAll(within);
            watched = new TreeMap<>(live);
            outcomes.watch(watched.values());
        }
        watched.forEach((key, one) -> guard.tick(key, outcomes.take(one)).ifPresent(trip -> onTrip(one, trip)));
    }

    @SuppressWarnings(
            "ReferenceEquality") // Tables are large; another object may be another table, and is looked at then.
    private boolean routesChanged() {
        RouteTable routes = fold.routes();
        boolean changed = routes != seen;
        seen = routes;
        return changed;
    }

    /**
     * Weights of the candidates that clients meet: those of shadows and killed rollouts meet nobody.
     *
     * @param live to be filled with them
     */
    private Map<String, Integer> weights(Map<String, Watched> live) {
        KilledRollouts killed = fold.killed();
        Map<String, Integer> weights = new HashMap<>();
        for (Rollout.Live rollout : fold.state().liveRollouts()) {
            if (rollout.plan().isAb()) {
                rollout.liveArms().stream()
                        .filter(arm -> !killed.contains(rollout.id(), arm.version()))
                        .forEach(arm -> {
                            String key = Kill.key(rollout.id(), arm.version());
                            weights.put(key, arm.weightBasisPoints());
                            live.put(key, new Watched(rollout.id(), arm.version()));
                        });
            } else if (rollout.weightBasisPoints() > 0 && !killed.contains(rollout.id())) {
                weights.put(rollout.id(), rollout.weightBasisPoints());
                live.put(rollout.id(), new Watched(rollout.id(), ""));
            }
        }
        return weights;
    }

    /** Arms that share the error budget of a rollout: those that were planned, whatever is left of them. */
    private int arms(Map<String, Watched> live, String key) {
        Watched one = live.get(key);
        return one == null || one.version().isEmpty()
                ? 1
                : fold.state()
                        .rollout(one.rolloutId())
                        .map(rollout -> rollout.plan().arms().size())
                        .orElse(1);
    }

    private void onTrip(Watched tripped, Trip trip) {
        Optional<Rollout> rollout = fold.state().rollout(tripped.rolloutId());
        if (rollout.isEmpty()) {
            // It ended this very moment, and is not even kept: there is nothing to take back.
            return;
        }
        String model = rollout.get().plan().model();
        fold.kill(KilledRollouts.of(
                List.of(new Kill(tripped.rolloutId(), model, time.epochMillis(), trip.reason(), tripped.version()))));
        trips.increment();
        LOG.warnf(
                "event=guard_trip rollout=%s model=%s candidate=%s failed=%d of=%d stableFailed=%d stableOf=%d reason=\"%s\"",
                tripped.rolloutId(),
                model,
                tripped.version().isEmpty() ? rollout.get().plan().candidateVersion() : tripped.version(),
                trip.seen().candidateFailed(),
                trip.seen().candidate(),
                trip.seen().stableFailed(),
                trip.seen().stable(),
                trip.reason());
    }
}
