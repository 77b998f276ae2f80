package io.bellwether.gateway.guard;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tells the other gateways what this one took back, and takes back what they did: by way of the workers, which all of them
 * talk to anyway, so that it takes two ticks and needs no broker. Taking a candidate back needs nobody's consent,
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
    private final Object lock = new Object();
    /** Of rollouts that are live here; no more than there are. */
    private final Map<String, Kill> due = new LinkedHashMap<>();
    /** Of rollouts that are not known here, or not yet. */
    private final Map<String, KillNotice> early = new LinkedHashMap<>();

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
    public void hear(KillNotice notice) {
        Kill kill = notice.kill();
        synchronized (lock) {
            if (!isOfAnotherLog(notice) && concernsLive(kill)) {
                due.putIfAbsent(kill.key(), kill);
            } else {
                early.putIfAbsent(kill.model() + "/" + kill.key(), notice);
                if (early.size() > HEARD_MAX) {
                    early.remove(early.keySet().iterator().next());
                }
            }
        }
    }

    /** On another log a rollout of that id is another one. */
    private boolean isOfAnotherLog(KillNotice notice) {
        String own = fold.logId();
        return !own.isEmpty() && !notice.logId().isEmpty() && !own.equals(notice.logId());
    }

    /** Whether it is about a live rollout here as a whole, or about an arm that it has. */
    private boolean concernsLive(Kill kill) {
        return fold.state()
                .liveRollout(kill.model())
                .filter(rollout -> rollout.id().equals(kill.rolloutId()))
                .filter(rollout -> kill.arm().isEmpty()
                        || (rollout.plan().isAb()
                                && rollout.plan().triedVersions().contains(kill.arm())))
                .isPresent();
    }

    /** Takes back what was heard of, and tells what is to be told. Never blocks. */
    public void tick() {
        take();
        List<Kill> live = fold.killed().live(fold.state());
        long nowNanos = time.nanos();
        if (live.isEmpty()) {
            told = live;
        } else if (!live.equals(told) || nowNanos - toldNanos >= REPEAT_NANOS) {
            String logId = fold.logId();
            List<KillNotice> notices =
                    live.stream().map(kill -> new KillNotice(kill, logId)).toList();
            workers.get().forEach(worker -> worker.link().spread(notices));
            told = live;
            toldNanos = nowNanos;
        }
    }

    /** Of a rollout that is not known it may be told a moment too early: that waits. */
    private void take() {
        List<Kill> now;
        synchronized (lock) {
            early.values().removeIf(notice -> {
                boolean isDue = !isOfAnotherLog(notice) && concernsLive(notice.kill());
                if (isDue) {
                    due.putIfAbsent(notice.kill().key(), notice.kill());
                }
                return isDue
                        || fold.state().endedIds().containsKey(notice.kill().rolloutId());
            });
            now = List.copyOf(due.values());
            due.clear();
        }
        for (Kill kill : now) {
            if (concernsLive(kill) && !fold.killed().contains(kill.rolloutId(), kill.arm())) {
                fold.kill(KilledRollouts.of(List.of(kill)));
                taken.increment();
                LOG.warnf(
                        "event=killed_elsewhere rollout=%s model=%s arm=%s reason=\"%s\"",
                        kill.rolloutId(), kill.model(), kill.arm(), kill.reason());
            }
        }
    }
}
