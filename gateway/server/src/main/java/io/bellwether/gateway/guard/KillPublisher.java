package io.bellwether.gateway.guard;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlLog;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Tells the control log what this gateway killed, until the log shows that the rollout has ended, or the arm is taken back.
 * Every gateway gives the command of a rollout, or of an arm, the same id, so any number of them roll back once.
 *
 * <p>Somebody else calls {@link #tick} now and then, on one thread. A command is tried only while the log can be reached, one
 * at a time for each rollout, with pauses that double up to {@value #PAUSE_MILLIS_MAX} ms.
 */
public final class KillPublisher {
    static final long PAUSE_MILLIS_MIN = 250;
    static final long PAUSE_MILLIS_MAX = 10_000;

    private static final Logger LOG = Logger.getLogger(KillPublisher.class);
    private static final String COMMAND_SUFFIX = "/guard";
    private static final String ACTOR_PREFIX = "gateway:";
    private static final int ACTOR_CHARACTERS_MAX = 128;

    private final ControlFold fold;
    private final ControlLog log;
    private final String actor;
    private final Timekeeper time;
    private final Map<String, Attempt> attempts = new HashMap<>();

    /**
     * @param gatewayId who says so
     */
    public KillPublisher(ControlFold fold, ControlLog log, String gatewayId, Timekeeper time) {
        this.fold = fold;
        this.log = log;
        this.actor = actor(gatewayId);
        this.time = time;
    }

    /** Kills that the log does not show yet. */
    public int unpublished() {
        return fold.killed().live(fold.state()).size();
    }

    /** Tries what is due. Never blocks. */
    public void tick() {
        List<Kill> live = fold.killed().live(fold.state());
        attempts.keySet()
                .removeIf(id -> live.stream().noneMatch(kill -> kill.key().equals(id)));
        if (live.isEmpty() || !log.reachable()) {
            return;
        }
        long nowNanos = time.nanos();
        for (Kill kill : live) {
            Attempt attempt = attempts.computeIfAbsent(kill.key(), id -> new Attempt(nowNanos));
            if (attempt.begin(nowNanos)) {
                publish(kill, attempt);
            }
        }
    }

    private void publish(Kill kill, Attempt attempt) {
        long version =
                fold.state().liveRollout(kill.model()).map(Rollout::version).orElse(0L);
        Command command = Command.newBuilder()
                .setId(kill.key() + COMMAND_SUFFIX)
                .setModel(kill.model())
                .setRolloutId(kill.rolloutId())
                .setBasedOnVersion(version)
                .setActor(actor)
                .setReason(kill.reason())
                .setAtMillis(kill.atMillis())
                .setRollBack(RollBack.newBuilder().setVersion(kill.arm()))
                .build();
        log.append(command).whenComplete((position, failure) -> {
            if (failure == null) {
                LOG.infof("event=guard_published rollout=%s position=%d", kill.key(), position);
            } else {
                LOG.warnf(
                        "event=guard_not_published rollout=%s reason=\"%s\"; trying again",
                        kill.key(), failure.getMessage());
            }
            attempt.end(time.nanos());
        });
    }

    /** An actor that the log takes, whatever the gateway is called. */
    private static String actor(String gatewayId) {
        String text = ACTOR_PREFIX + gatewayId.replaceAll("[^ -~]", "?");
        return text.substring(0, Math.min(text.length(), ACTOR_CHARACTERS_MAX));
    }

    /** When the command of a rollout may be tried. Begun on one thread, ended on any. */
    private static final class Attempt {
        private volatile boolean underWay;
        private volatile long dueNanos;
        private long pauseMillis = PAUSE_MILLIS_MIN;

        private Attempt(long dueNanos) {
            this.dueNanos = dueNanos;
        }

        boolean begin(long nowNanos) {
            if (underWay || nowNanos - dueNanos < 0) {
                return false;
            }
            underWay = true;
            return true;
        }

        void end(long nowNanos) {
            dueNanos = nowNanos + Duration.ofMillis(pauseMillis).toNanos();
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
            underWay = false;
        }
    }
}
