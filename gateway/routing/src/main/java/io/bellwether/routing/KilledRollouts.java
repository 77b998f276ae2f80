package io.bellwether.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rollouts, and arms of an A/B/n, that one gateway killed by itself: an immutable value of a set that only grows,
 * so that it needs nobody's consent, and any two versions of it merge by union.
 *
 * <p>A kill stays after the log shows that its rollout has ended: a fold that goes on from an older snapshot may see the
 * rollout live once more. Only beyond {@value #KEPT_MAX} kills are the oldest dropped whose rollouts have ended in a state
 * that the caller has on disk, which says the same from then on.
 */
public final class KilledRollouts {

    /** Kills of ended rollouts that are kept; those of live rollouts always are, one a model or one an arm. */
    public static final int KEPT_MAX = 1_024;

    /** Nothing was killed. */
    public static final KilledRollouts NONE = new KilledRollouts(List.of());

    private final List<Kill> kills;
    private final Set<String> keys;

    private KilledRollouts(List<Kill> kills) {
        this.kills = List.copyOf(kills);
        Set<String> all = new HashSet<>();
        kills.forEach(kill -> all.add(kill.key()));
        this.keys = Set.copyOf(all);
    }

    /** The kills of a list; of several of one rollout the first. */
    public static KilledRollouts of(List<Kill> kills) {
        KilledRollouts all = NONE;
        for (Kill kill : kills) {
            all = all.with(kill);
        }
        return all;
    }

    /** Whether the rollout was killed as a whole. */
    public boolean contains(String rolloutId) {
        return keys.contains(rolloutId);
    }

    /** Whether an arm was killed, by itself or with its rollout. */
    public boolean contains(String rolloutId, String arm) {
        return contains(rolloutId) || keys.contains(Kill.key(rolloutId, arm));
    }

    /** The kill of a rollout as a whole. */
    public Optional<Kill> kill(String rolloutId) {
        return kill(rolloutId, "");
    }

    /** The kill of an arm by itself. */
    public Optional<Kill> kill(String rolloutId, String arm) {
        String key = Kill.key(rolloutId, arm);
        return keys.contains(key)
                ? kills.stream().filter(kill -> kill.key().equals(key)).findFirst()
                : Optional.empty();
    }

    /** All of them, oldest first. */
    public List<Kill> kills() {
        return kills;
    }

    /** Kills that the log does not know: their rollouts, and the arms in question, are live in a state. */
    public List<Kill> live(ControlState state) {
        return kills.stream()
                .filter(kill -> state.liveRollout(kill.model())
                        .filter(rollout -> rollout.id().equals(kill.rolloutId())
                                && !rollout.trail().armsTakenBack().contains(kill.arm()))
                        .isPresent())
                .toList();
    }

    /** These and one more; the same if it was killed before. */
    public KilledRollouts with(Kill kill) {
        if (keys.contains(kill.key())) {
            return this;
        }
        List<Kill> more = new ArrayList<>(kills);
        more.add(kill);
        return new KilledRollouts(more);
    }

    /**
     * These without the oldest that are more than {@value #KEPT_MAX} and that a state knows to have ended.
     *
     * @param onDisk a state that the caller would start from after a crash
     */
    public KilledRollouts within(ControlState onDisk) {
        int surplus = kills.size() - KEPT_MAX;
        if (surplus <= 0) {
            return this;
        }
        List<Kill> kept = new ArrayList<>();
        for (Kill kill : kills) {
            if (surplus > 0 && onDisk.endedIds().containsKey(kill.rolloutId())) {
                surplus--;
            } else {
                kept.add(kill);
            }
        }
        return new KilledRollouts(kept);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KilledRollouts killed && killed.kills.equals(kills);
    }

    @Override
    public int hashCode() {
        return kills.hashCode();
    }

    @Override
    public String toString() {
        return "KilledRollouts" + kills;
    }
}
