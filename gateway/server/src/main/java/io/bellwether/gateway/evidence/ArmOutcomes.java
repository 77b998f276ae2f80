package io.bellwether.gateway.evidence;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import io.bellwether.routing.guard.SliceCounts;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts of the versions of the watched rollouts, for the local guard. Counting takes a look into maps that never
 * change and one striped counter; a request of the stable version counts for each arm of an A/B/n. No lock. Any thread
 * may count; one thread watches and takes.
 */
public final class ArmOutcomes {
    private volatile Map<String, Map<String, Counters>> watched = Map.of();

    /**
     * What is watched.
     *
     * @param version of an arm of an A/B/n; empty for a rollout's only candidate
     */
    public record Watched(String rolloutId, String version) {}

    /**
     * A request of a client was answered.
     *
     * @param nonfinite whether the answer holds a NaN or an infinity
     * @param key by which it fell to its version
     */
    public void answered(Route.Routed route, Outcome outcome, boolean nonfinite, String key) {
        if (!outcome.isEvidence() || route.arm() == Arm.PINNED) {
            return;
        }
        Map<String, Counters> arms = watched.get(route.rolloutId());
        if (arms == null) {
            return;
        }
        boolean candidate = route.arm() == Arm.CANDIDATE || route.arm() == Arm.CANDIDATE_REST;
        boolean good = outcome == Outcome.OK && !nonfinite;
        if (!candidate) {
            arms.values().forEach(counters -> counters.stable(good));
            return;
        }
        Counters only = arms.get("");
        Counters counters = only == null ? arms.get(route.version()) : only;
        if (counters == null) {
            return;
        }
        if (good) {
            counters.good.increment();
        } else {
            counters.failed(outcome, SliceCounts.keyBit(key));
        }
    }

    /** From now on the requests of these are counted, and no others. */
    public void watch(Collection<Watched> now) {
        Map<String, Map<String, Counters>> next = new HashMap<>();
        now.forEach(one -> {
            Counters known = counters(one);
            next.computeIfAbsent(one.rolloutId(), id -> new HashMap<>())
                    .put(one.version(), known == null ? new Counters() : known);
        });
        next.replaceAll((id, arms) -> Map.copyOf(arms));
        watched = Map.copyOf(next);
    }

    /** What was counted since the last call; nothing if it is not watched. */
    public SliceCounts take(Watched one) {
        Counters counters = counters(one);
        return counters == null ? SliceCounts.NONE : counters.take();
    }

    private @Nullable Counters counters(Watched one) {
        return watched.getOrDefault(one.rolloutId(), Map.of()).get(one.version());
    }

    /** Of one candidate. A request is in exactly one of the counters, so no sum is ever more than what was answered. */
    private static final class Counters {
        private final LongAdder good = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder timeouts = new LongAdder();
        private final LongAdder nonfinite = new LongAdder();
        private final LongAdder stableGood = new LongAdder();
        private final LongAdder stableFailed = new LongAdder();
        private final AtomicLong failedKeys = new AtomicLong();

        void stable(boolean good) {
            (good ? stableGood : stableFailed).increment();
        }

        void failed(Outcome outcome, long keyBit) {
            if ((failedKeys.get() & keyBit) == 0) {
                failedKeys.accumulateAndGet(keyBit, (one, other) -> one | other);
            }
            switch (outcome) {
                case OK -> nonfinite.increment();
                case TIMEOUT -> timeouts.increment();
                default -> errors.increment();
            }
        }

        /** Each counter is emptied by itself: what is counted in between is in this slice or the next. */
        SliceCounts take() {
            return new SliceCounts(
                    good.sumThenReset(),
                    errors.sumThenReset(),
                    timeouts.sumThenReset(),
                    nonfinite.sumThenReset(),
                    stableGood.sumThenReset(),
                    stableFailed.sumThenReset(),
                    failedKeys.getAndSet(0));
        }
    }
}
