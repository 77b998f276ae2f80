package io.bellwether.routing.guard;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Watches the live rollouts of one gateway and says which candidate fails hard. What it decides once it never takes back: a
 * rollout that was tripped stays so until it has ended. Not safe for several threads.
 */
public final class LocalGuard {

    private final GuardSettings settings;
    private final Map<String, Watched> watched = new HashMap<>();
    private final Set<String> tripped = new HashSet<>();

    public LocalGuard(GuardSettings settings) {
        this.settings = settings;
    }

    /**
     * Which rollouts there are now. Those that are not among them are forgotten; of those that are new, as many are watched
     * as there is room for.
     *
     * @param weightsByRollout weight of the candidate in basis points
     * @return the rollouts that are watched, in the order of their ids
     */
    public Set<String> watch(Map<String, Integer> weightsByRollout) {
        return watch(weightsByRollout, id -> 1);
    }

    /**
     * The same where each arm of an A/B/n stands for itself.
     *
     * @param sharing how many arms share the error budget of the rollout, of an id that is new
     */
    public Set<String> watch(Map<String, Integer> weightsByRollout, ToIntFunction<String> sharing) {
        watched.keySet().retainAll(weightsByRollout.keySet());
        tripped.retainAll(weightsByRollout.keySet());
        weightsByRollout.forEach((id, weight) -> {
            Watched known = watched.get(id);
            if (known != null) {
                known.onWeight(weight);
            } else if (!tripped.contains(id) && watched.size() < settings.rolloutsMax()) {
                watched.put(
                        id, new Watched(new HardFailureEvidence(settings.sharedBy(sharing.applyAsInt(id))), weight));
            }
        });
        return Collections.unmodifiableSet(new TreeSet<>(watched.keySet()));
    }

    /**
     * What a rollout's requests came to since the last call; ends its slice if there were enough of them.
     *
     * @return the trip, once in the life of a rollout
     */
    public Optional<Trip> tick(String rolloutId, SliceCounts counts) {
        Watched rollout = watched.get(rolloutId);
        if (rollout == null || !rollout.evidence.add(counts)) {
            return Optional.empty();
        }
        watched.remove(rolloutId);
        tripped.add(rolloutId);
        return Optional.of(rollout.evidence.trip(rolloutId));
    }

    /** Rollouts that are watched. */
    public int size() {
        return watched.size();
    }

    /** One rollout and the weight that its open slice is of. */
    private static final class Watched {
        private final HardFailureEvidence evidence;
        private int weight;

        private Watched(HardFailureEvidence evidence, int weight) {
            this.evidence = evidence;
            this.weight = weight;
        }

        private void onWeight(int now) {
            if (now != weight) {
                weight = now;
                evidence.forgetOpenSlice();
            }
        }
    }
}
