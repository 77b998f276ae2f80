package io.bellwether.gateway.worker;

import io.bellwether.routing.hedge.HedgeVerdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of copies, and why others were not sent. Safe for all threads. */
public final class HedgeCounts {
    private final Map<Result, LongAdder> sent = new EnumMap<>(Result.class);
    private final Map<HedgeVerdict, LongAdder> withheld = new EnumMap<>(HedgeVerdict.class);

    /** What became of a copy. */
    public enum Result {
        /** Its answer was the first. */
        WON,
        /** The first worker answered before it, or nobody waited any more. */
        LOST,
        /** It failed before the first worker answered. */
        FAILED
    }

    public HedgeCounts() {
        for (Result result : Result.values()) {
            sent.put(result, new LongAdder());
        }
        for (HedgeVerdict verdict : HedgeVerdict.values()) {
            withheld.put(verdict, new LongAdder());
        }
    }

    void ended(Result result) {
        Objects.requireNonNull(sent.get(result)).increment();
    }

    void withheld(HedgeVerdict why) {
        Objects.requireNonNull(withheld.get(why)).increment();
    }

    /** Copies that ended so. */
    public long sent(Result result) {
        return Objects.requireNonNull(sent.get(result)).sum();
    }

    /** Copies that were not sent for that reason. */
    public long notSent(HedgeVerdict why) {
        return Objects.requireNonNull(withheld.get(why)).sum();
    }
}
