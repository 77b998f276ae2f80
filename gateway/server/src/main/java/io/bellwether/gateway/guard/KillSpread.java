package io.bellwether.gateway.guard;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tells the other gateways what this one took back, and takes back what they did: by way of the workers, which all of them
 * talk to anyway, so that it is a matter of milliseconds and needs no broker. Taking a candidate back needs nobody's consent,
 * and the set of what was taken back only grows; so it may be told twice, late, or in any order. What is heard counts as if
 * this gateway had done it: it is kept, published, and told on.
 *
 * <p>Somebody else calls {@link #tick} every few tens of milliseconds, on one thread; anybody calls {@link #hear}.
 */
public final class KillSpread {
    /** What the log does not show yet is told anew so often, to workers and gateways that were not there before. */
    static final long REPEAT_NANOS = 1_000_000_000L;
    /** Kills that wait until this gateway knows their rollouts; the oldest go first. */
    static final int HEARD_MAX = 256;

    private static final Logger LOG = Logger.getLogger(KillSpread.class);

    private final ControlFold fold;
    private final Supplier<List<Worker>> workers;
    private final Timekeeper time;
    private final Map<String, Kill> heard = new LinkedHashMap<>();
    private final LongAdder taken = new LongAdder();
    private List<Kill> told = List.of();
    private long toldNanos;

    /**
     * @param workers all of them
     */
    public KillSpread(ControlFold fold, Supplier<List<Worker>> workers, Timekeeper time) {
        this.fold = fold;
        this.workers = workers;
        this.time = time;
    }

    /** Candidates that were taken back because another gateway did. */
    public long taken() {
        return taken.sum();
    }

    /** A worker says that another gateway took a candidate back. Never blocks for long. */
    public void hear(Kill kill) {
        synchronized (heard) {
            heard.putIfAbsent(kill.key(), kill);
            if (heard.size() > HEARD_MAX) {
                heard.remove(heard.keySet().iterator().next());
            }
        }
    }

    /** Takes back what was heard of, and tells what is to be told. Never blocks. */
    public void tick() {
        take();
        List<Kill> live = fold.killed().live(fold.state());
        long nowNanos = time.nanos();
        if (live.isEmpty()) {
            told = live;
        } else if (!live.equals(told) || nowNanos - toldNanos >= REPEAT_NANOS) {
            workers.get().forEach(worker -> worker.link().spread(live));
            told = live;
            toldNanos = nowNanos;
        }
    }

    /** Of a rollout that is not known it may be told a moment too early: that waits. */
    private void take() {
        KilledRollouts killed = fold.killed();
        ControlState state = fold.state();
        List<Kill> waiting;
        synchronized (heard) {
            heard.values()
                    .removeIf(kill -> killed.contains(kill.rolloutId(), kill.arm())
                            || state.endedIds().containsKey(kill.rolloutId()));
            waiting = new ArrayList<>(heard.values());
        }
        for (Kill kill : KilledRollouts.of(waiting).live(state)) {
            fold.kill(KilledRollouts.of(List.of(kill)));
            taken.increment();
            LOG.warnf(
                    "event=killed_elsewhere rollout=%s model=%s arm=%s reason=\"%s\"",
                    kill.rolloutId(), kill.model(), kill.arm(), kill.reason());
        }
    }
}
