package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Effect;
import io.bellwether.routing.Folded;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.RouteTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The control state of this gateway: the fold of the control log as far as it was read, the rollouts that this gateway killed
 * by itself, the routes that follow from both, and who waits for a command to be applied. One thread applies; any thread
 * kills, and reads without waiting.
 */
public final class ControlFold {
    private static final int REMEMBERED_MAX = 4096;

    private final Object lock = new Object();
    private final Map<Long, Effect> effects = bounded();
    private final Map<String, Applied> appliedById = bounded();
    private final Map<Long, CompletableFuture<Effect>> waiting = new LinkedHashMap<>();
    private volatile String logId = "";
    private volatile View view = View.of(ControlState.empty(), KilledRollouts.NONE);

    /** State, kills and routes of one moment. */
    private record View(ControlState state, KilledRollouts killed, RouteTable routes) {
        static View of(ControlState state, KilledRollouts killed) {
            return new View(state, killed, state.routes(killed));
        }
    }

    /**
     * When a command took effect here.
     *
     * @param appendedAtMillis as the log recorded it
     * @param appliedAtMillis when this gateway began to route by it
     */
    public record Applied(long appendedAtMillis, long appliedAtMillis) {}

    public ControlState state() {
        return view.state();
    }

    public RouteTable routes() {
        return view.routes();
    }

    /** What this gateway killed by itself. Its candidates get nothing, whatever the log says. */
    public KilledRollouts killed() {
        return view.killed();
    }

    /** Takes candidates back at once. What was killed before stays so. */
    public void kill(KilledRollouts more) {
        synchronized (lock) {
            KilledRollouts killed = view.killed();
            for (Kill kill : more.kills()) {
                killed = killed.with(kill);
            }
            view = View.of(view.state(), killed);
        }
    }

    /** Forgets the oldest kills beyond the limit that a state on disk has ended. */
    public void trimKills(ControlState onDisk) {
        synchronized (lock) {
            view = View.of(view.state(), view.killed().within(onDisk));
        }
    }

    /** Identity of the log that the state was folded from; empty if from none. */
    public String logId() {
        return logId;
    }

    /**
     * Goes on from a state that was folded earlier, here or elsewhere.
     *
     * @param from identity of the log that it goes on with; empty if none is known
     */
    public void restore(ControlState state, String from) {
        synchronized (lock) {
            logId = from;
            effects.clear(); // They are known by their positions, which another log uses again.
            view = View.of(state, view.killed());
        }
    }

    /**
     * Folds one entry and routes by the result.
     *
     * @param nowMillis milliseconds since the epoch
     * @param live false while the past is read again, whose delays mean nothing
     */
    public Effect apply(LogEntry entry, long nowMillis, boolean live) {
        CompletableFuture<Effect> told;
        Effect effect;
        synchronized (lock) {
            Folded folded = view.state().apply(entry.command(), entry.position());
            effect = folded.effect();
            view = effect instanceof Effect.Applied
                    ? View.of(folded.state(), view.killed())
                    : new View(folded.state(), view.killed(), view.routes());
            effects.put(entry.position(), effect);
            if (live && effect instanceof Effect.Applied) {
                appliedById.put(entry.command().getId(), new Applied(entry.appendedAtMillis(), nowMillis));
            }
            told = waiting.remove(entry.position());
        }
        if (told != null) {
            told.complete(effect);
        }
        return effect;
    }

    /** What the command at this position did, as soon as it is folded. The caller bounds the wait and forgets it then. */
    public CompletionStage<Effect> effectAt(long position) {
        synchronized (lock) {
            Effect known = effects.get(position);
            if (known != null) {
                return CompletableFuture.completedFuture(known);
            }
            return waiting.computeIfAbsent(position, at -> new CompletableFuture<>());
        }
    }

    /** Nobody waits for this position any more. */
    public void forget(long position) {
        synchronized (lock) {
            waiting.remove(position);
        }
    }

    /** When a command took effect here; empty if that was before this process started, or long ago. */
    public Optional<Applied> applied(String commandId) {
        synchronized (lock) {
            return Optional.ofNullable(appliedById.get(commandId));
        }
    }

    /** Whether an equal command has been applied before: its second entry would have no effect. */
    public boolean alreadyApplied(Command command) {
        return state().alreadyApplied(command);
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED_MAX;
            }
        };
    }
}
