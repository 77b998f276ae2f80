package io.bellwether.monitoring.replay;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.monitoring.judging.Judged;
import io.bellwether.monitoring.judging.ModelMonitor;
import io.bellwether.monitoring.judging.Moment;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Effect;
import io.bellwether.routing.Folded;
import io.bellwether.telemetry.events.Verdict;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Monitoring of one model over what was recorded. Where verdicts were recorded it judges at their moments and compares; where
 * none were, it judges when monitoring would have: after each snapshot and as time passes. Not thread-safe; deterministic.
 */
public final class Replay {
    /** Judges whenever it is asked to. */
    private static final long ALWAYS_MILLIS = 1;

    /** The clock that judges where no verdicts were recorded. */
    private static final long TICK_MILLIS = 250;
    /** Silence beyond it is not judged tick by tick: nothing changes any more. */
    private static final long SILENCE_MILLIS_MAX = 60_000;

    private final String model;
    private final Optional<Guardrails> instead;
    private final boolean judgedThen;
    private final long sinceMillis;
    private final Consumer<Replayed> out;
    private final ModelMonitor monitor;
    private ControlState control = ControlState.empty();
    private long clockMillis = Long.MIN_VALUE;
    private @Nullable String refusal;

    /**
     * What is replayed.
     *
     * @param model name of the model
     * @param settings that monitoring had
     * @param judgedThen whether verdicts were recorded
     * @param sinceMillis when the recorded snapshots begin
     * @param instead guardrails in place of those with which rollouts were created; their slices stay
     */
    public record Task(
            String model,
            ReplaySettings settings,
            boolean judgedThen,
            long sinceMillis,
            Optional<Guardrails> instead) {}

    /** Keeps nothing: a replay ends with its process. */
    private static final class NoJournal implements Journal {
        @Override
        public void put(MemoryKey key, byte[] value) {}

        @Override
        public void delete(MemoryKey key) {}
    }

    /**
     * @param out takes the verdicts in their order
     */
    public Replay(Task task, Consumer<Replayed> out) {
        JudgeSettings usual = JudgeSettings.DEFAULTS;
        ReplaySettings settings = task.settings();
        this.model = task.model();
        this.instead = task.instead();
        this.judgedThen = task.judgedThen();
        this.sinceMillis = task.sinceMillis();
        this.out = out;
        this.monitor = new ModelMonitor(
                model,
                settings.fold(),
                new JudgeSettings(
                        settings.evaluation(),
                        judgedThen ? ALWAYS_MILLIS : usual.verdictMillisMin(),
                        judgedThen ? ALWAYS_MILLIS : usual.verdictMillisMax(),
                        usual.resendMillis()),
                new NoJournal());
    }

    /** Takes in the next record. */
    public void accept(Recorded recorded) {
        if (!judgedThen) {
            tickUntil(recorded.place().atMillis());
        }
        if (recorded instanceof Commanded commanded) {
            follow(commanded);
        } else if (recorded instanceof Counted counted) {
            take(counted);
        } else if (recorded instanceof Concluded concluded && judgedThen) {
            judgeAgain(concluded);
        }
    }

    /** Why the guardrails that were given cannot be judged by; empty while nothing speaks against them. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    private void follow(Commanded commanded) {
        Folded folded =
                control.apply(changed(commanded.command()), commanded.place().offset());
        if (folded.effect() instanceof Effect.Void refused
                && commanded.command().hasCreate()
                && instead.isPresent()) {
            refusal = refused.reason();
        }
        control = folded.state();
    }

    private Command changed(Command command) {
        if (instead.isEmpty() || !command.hasCreate()) {
            return command;
        }
        Command.Builder changed = command.toBuilder();
        // What was counted of slices is known by their places among those that were declared then.
        Guardrails then = command.getCreate().getGuardrails();
        changed.getCreateBuilder()
                .setGuardrails(instead.get().toBuilder().clearSlices().addAllSlices(then.getSlicesList()));
        return changed.build();
    }

    private void take(Counted counted) {
        monitor.follow(control.liveRollout(model));
        monitor.take(counted.snapshot(), counted.place().offset() + 1);
        if (!judgedThen) {
            judgeNew(counted.place().atMillis(), false);
        }
    }

    private void tickUntil(long atMillis) {
        if (clockMillis == Long.MIN_VALUE) {
            clockMillis = atMillis;
        }
        long until = Math.min(atMillis, clockMillis + SILENCE_MILLIS_MAX);
        for (; clockMillis + TICK_MILLIS <= until; clockMillis += TICK_MILLIS) {
            monitor.follow(control.liveRollout(model));
            judgeNew(clockMillis + TICK_MILLIS, true);
        }
        clockMillis = Math.max(clockMillis, atMillis);
    }

    private void judgeNew(long atMillis, boolean byClock) {
        Moment now = new Moment(atMillis, monitor.snapshotsUntil(), control.lastPosition() + 1, byClock);
        for (String arm : monitor.arms()) {
            monitor.judge(arm, now)
                    .map(Judged::verdict)
                    .ifPresent(verdict -> say(verdict, Replayed.Match.NEW, List.of()));
        }
    }

    /** Judges at the moment of a recorded verdict; also where it is not compared, because judging begins a step. */
    private void judgeAgain(Concluded then) {
        Verdict published = then.verdict();
        monitor.follow(control.liveRollout(model));
        Moment now = new Moment(
                published.getAtMillis(), monitor.snapshotsUntil(), published.getControlUntil(), published.getByClock());
        Optional<Verdict> again = monitor.judge(published.getArm(), now).map(Judged::verdict);
        boolean repeats =
                published.getSnapshotsUntil() < monitor.snapshotsUntil() || isOlderThanFile(published.getRolloutId());
        if (again.isEmpty()) {
            say(published, repeats ? Replayed.Match.NOT_COMPARED : Replayed.Match.DIFFERENT, List.of());
        } else if (repeats && instead.isEmpty()) {
            say(again.get(), Replayed.Match.NOT_COMPARED, List.of());
        } else if (isSame(again.get(), then)) {
            say(again.get(), Replayed.Match.IDENTICAL, List.of());
        } else {
            say(again.get(), Replayed.Match.DIFFERENT, differing(again.get(), published));
        }
    }

    private boolean isOlderThanFile(String rolloutId) {
        return control.rollout(rolloutId)
                .filter(rollout -> rollout.trail().history().get(0).atMillis() < sinceMillis)
                .isPresent();
    }

    private void say(Verdict verdict, Replayed.Match match, List<String> differing) {
        out.accept(new Replayed(verdict, match, differing));
    }

    private static boolean isSame(Verdict again, Concluded then) {
        byte[] bytes = again.toByteArray();
        return then.sha256().isEmpty()
                ? Arrays.equals(bytes, then.verdict().toByteArray())
                : sha256(bytes).equals(then.sha256());
    }

    /** The checksum of a verdict's bytes, in hexadecimal digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static List<String> differing(Verdict one, Verdict other) {
        List<String> names = new ArrayList<>();
        for (FieldDescriptor field : Verdict.getDescriptor().getFields()) {
            if (!one.getField(field).equals(other.getField(field))) {
                names.add(field.getJsonName());
            }
        }
        return names;
    }
}
