package io.bellwether.gateway.control;

import io.bellwether.telemetry.events.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The latest verdict of each rollout; of a bounded number of them, the least recently judged going first. */
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
            Verdict known = latest.get(verdict.getRolloutId());
            if (known == null || known.getAtMillis() <= verdict.getAtMillis()) {
                latest.remove(verdict.getRolloutId());
                latest.put(verdict.getRolloutId(), verdict);
            }
        }
    }

    public Optional<Verdict> latest(String rolloutId) {
        synchronized (lock) {
            return Optional.ofNullable(latest.get(rolloutId));
        }
    }
}
