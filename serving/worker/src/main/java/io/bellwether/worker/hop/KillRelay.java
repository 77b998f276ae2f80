package io.bellwether.worker.hop;

import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What gateways say that they took back. Each goes on to every gateway once, and to those that come later; whether it means
 * anything they know themselves. Holds and passes on only so much, whatever is said. Safe for all threads.
 */
final class KillRelay {
    static final int KEPT_MAX = HopMethod.KILLS_MAX;
    static final int BYTES_MAX = 4_096; // names and a reason, as gateways cut them
    /** Further ones of a second are not passed on: they go by the control log alone. */
    static final int NEWS_OF_A_SECOND_MAX = 64;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final LongSupplier nanos;
    private final Map<List<String>, HopKill> kept = new LinkedHashMap<>();
    private long secondBeganNanos;
    private int newsOfTheSecond;

    /**
     * @param nanos as {@link System#nanoTime}
     */
    KillRelay(LongSupplier nanos) {
        this.nanos = nanos;
        this.secondBeganNanos = nanos.getAsLong();
    }

    /** Those of a message that are to be passed on. */
    synchronized List<HopKill> news(List<HopKill> said) {
        return said.stream().limit(HopMethod.KILLS_MAX).filter(this::isNews).toList();
    }

    private boolean isNews(HopKill kill) {
        List<String> key = List.of(kill.getLog(), kill.getModel(), kill.getRollout(), kill.getArm());
        if (kill.getRollout().isEmpty() || kill.getSerializedSize() > BYTES_MAX || kept.containsKey(key)) {
            return false;
        }
        long nowNanos = nanos.getAsLong();
        if (nowNanos - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = nowNanos;
            newsOfTheSecond = 0;
        }
        if (newsOfTheSecond >= NEWS_OF_A_SECOND_MAX) {
            return false;
        }
        newsOfTheSecond++;
        kept.put(key, kill);
        if (kept.size() > KEPT_MAX) {
            kept.remove(kept.keySet().iterator().next());
        }
        return true;
    }

    /** The last ones, oldest first. */
    synchronized List<HopKill> kept() {
        return List.copyOf(kept.values());
    }
}
