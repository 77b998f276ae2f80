package io.bellwether.gateway.evidence;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import io.bellwether.routing.guard.SliceCounts;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of both versions of the watched rollouts, for the local guard. Counting takes one look into a map that never changes
 * and one striped counter: no lock, no allocation. Any thread may count; one thread watches and takes.
 */
public final class ArmOutcomes {
    private volatile Map<String, Counters> watched = Map.of();

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
        Counters counters = watched.get(route.rolloutId());
        if (counters == null) {
            return;
        }
        boolean candidate = route.arm() == Arm.CANDIDATE || route.arm() == Arm.CANDIDATE_REST;
        boolean good = outcome == Outcome.OK && !nonfinite;
        if (!candidate) {
            (good ? counters.stableGood : counters.stableFailed).increment();
        } else if (good) {
            counters.good.increment();
        } else {
            counters.failed(outcome, SliceCounts.keyBit(key));
        }
    }

    /** From now on the requests of these rollouts are counted, and no others. */
    public void watch(Set<String> rolloutIds) {
        Map<String, Counters> next = new HashMap<>();
        rolloutIds.forEach(id -> next.put(id, watched.getOrDefault(id, new Counters())));
        watched = Map.copyOf(next);
    }

    /** What was counted of a rollout since the last call; nothing if it is not watched. */
    public SliceCounts take(String rolloutId) {
        Counters counters = watched.get(rolloutId);
        return counters == null ? SliceCounts.NONE : counters.take();
    }

    /** Of one rollout. A request is in exactly one of the counters, so no sum is ever more than what was answered. */
    private static final class Counters {
        private final LongAdder good = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder timeouts = new LongAdder();
        private final LongAdder nonfinite = new LongAdder();
        private final LongAdder stableGood = new LongAdder();
        private final LongAdder stableFailed = new LongAdder();
        private final AtomicLong failedKeys = new AtomicLong();

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
