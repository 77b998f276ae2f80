package io.bellwether.gateway.control;

import io.bellwether.routing.Kill;
import io.bellwether.telemetry.events.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The latest verdict of each rollout, or of each arm of an A/B/n; of a bounded number of them, the least recently
 * judged going first.
 */
public final class VerdictBoard {
    private final Object lock = new Object();
    private final Map<String, Verdict> latest;

    public VerdictBoard(int rolloutsMax) {
        this.latest = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
                return size() > rolloutsMax;
            }
        };
    }

    /** A verdict came; one that is older than what is known is ignored. */
    public void put(Verdict verdict) {
        synchronized (lock) {
            String key = Kill.key(verdict.getRolloutId(), verdict.getArm());
            Verdict known = latest.get(key);
            if (known == null || known.getAtMillis() <= verdict.getAtMillis()) {
                latest.remove(key);
                latest.put(key, verdict);
            }
        }
    }

    public Optional<Verdict> latest(String rolloutId) {
        return latest(rolloutId, "");
    }

    /**
     * @param arm version of an arm of an A/B/n; empty for a rollout's only candidate
     */
    public Optional<Verdict> latest(String rolloutId, String arm) {
        synchronized (lock) {
            return Optional.ofNullable(latest.get(Kill.key(rolloutId, arm)));
        }
    }
}
