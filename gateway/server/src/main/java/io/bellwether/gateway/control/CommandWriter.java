package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.routing.CommandCheck;
import io.bellwether.routing.Effect;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.Known;
import io.bellwether.routing.Problem;
import io.bellwether.routing.RolloutState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes a command to the control log: checks it against the present state, appends it, and waits until this gateway has
 * read it back and routes by it. What the fold then says is the truth, because others may have written in between.
 */
public final class CommandWriter {
    private static final Logger LOG = Logger.getLogger(CommandWriter.class);

    private final ControlFold fold;
    private final ControlLog log;
    private final Duration applyTimeout;
    private final Duration takeBackDelay;
    private final Set<String> tenants;

    /**
     * @param takeBackDelay after which a candidate that is to be taken back gets nothing more from this gateway, whatever
     *     becomes of the command
     * @param tenants that a command may name
     */
    public CommandWriter(
            ControlFold fold,
            ControlLog log,
            Duration applyTimeout,
            Duration takeBackDelay,
            Collection<String> tenants) {
        this.fold = fold;
        this.log = log;
        this.applyTimeout = applyTimeout;
        this.takeBackDelay = takeBackDelay;
        this.tenants = Set.copyOf(tenants);
    }

    /**
     * @param knownVersions versions of the model that some worker has
     * @return what became of it; never completes exceptionally
     */
    public CompletionStage<WriteResult> write(Command command, Set<String> knownVersions) {
        if (fold.alreadyApplied(command)) {
            return CompletableFuture.completedFuture(
                    CommandCheck.repeats(fold.state(), command) ? new WriteResult.Done() : usedBefore(command));
        }
        if (isTakenBackAfterAll(command)) {
            return CompletableFuture.completedFuture(new WriteResult.Done());
        }
        List<Problem> problems = problems(command, knownVersions);
        if (!problems.isEmpty()) {
            return CompletableFuture.completedFuture(refused(problems));
        }
        CompletionStage<WriteResult> written = log.append(command)
                .thenCompose(position -> await(position, command))
                .exceptionally(CommandWriter::notStored);
        if (!takesBack(command)) {
            return written;
        }
        hurry(command, written.toCompletableFuture());
        return written.thenApply(result -> isAway(result) ? takeBackHere(command) : result);
    }

    /** A log that needs long is taken for one that is away; whoever gave the command is told what became of it all the same. */
    private void hurry(Command command, CompletableFuture<WriteResult> written) {
        CompletableFuture.delayedExecutor(takeBackDelay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    if (!written.isDone()) {
                        WriteResult unused = takeBackHere(command);
                    }
                });
    }

    private static boolean takesBack(Command command) {
        return command.hasAbort() || command.hasRollBack();
    }

    private static boolean isAway(WriteResult result) {
        return result instanceof WriteResult.Refused refused && refused.reason() == Reason.CONTROL_LOG_UNAVAILABLE;
    }

    /** Nobody needs consent to take a candidate back. What is killed here is published when the log can be reached again. */
    private WriteResult takeBackHere(Command command) {
        String reason = command.getActor() + " took it back before the control log had confirmed it"
                + (command.getReason().isEmpty() ? "" : ": " + command.getReason());
        // Of an A/B/n a roll back may name one arm; the other ones go on.
        boolean several = fold.state()
                .rollout(command.getRolloutId())
                .filter(rollout -> rollout.plan().isAb())
                .isPresent();
        String arm = several ? command.getRollBack().getVersion() : "";
        if (!fold.killed().contains(command.getRolloutId(), arm)) {
            fold.kill(KilledRollouts.NONE.with(
                    new Kill(command.getRolloutId(), command.getModel(), command.getAtMillis(), reason, arm)));
            LOG.warnf(
                    "event=taken_back_here rollout=%s model=%s reason=\"the control log has not confirmed it\"",
                    command.getRolloutId(), command.getModel());
        }
        return new WriteResult.OnlyHere();
    }

    private static WriteResult usedBefore(Command command) {
        return new WriteResult.Refused(
                Reason.CONFLICT,
                "commandId (Idempotency-Key) '" + command.getId()
                        + "' was used for another command on this model; nothing was done; use a new one");
    }

    /** Why the command would be refused now; none if it would be written. */
    List<Problem> problems(Command command, Set<String> knownVersions) {
        return CommandCheck.problems(fold.state(), command, new Known(knownVersions, tenants));
    }

    private CompletionStage<WriteResult> await(long position, Command command) {
        CompletableFuture<Effect> effect = new CompletableFuture<>();
        fold.effectAt(position).thenAccept(effect::complete);
        return effect.thenApply(what -> result(what, command))
                .completeOnTimeout(
                        new WriteResult.Refused(
                                Reason.CONTROL_LOG_UNAVAILABLE,
                                "the command is stored, and this gateway has not applied it yet; look at the rollout in"
                                        + " a moment"),
                        applyTimeout.toMillis(),
                        TimeUnit.MILLISECONDS)
                .whenComplete((result, failure) -> fold.forget(position));
    }

    private WriteResult result(Effect effect, Command command) {
        if (effect instanceof Effect.Void nothing && !isTakenBackAfterAll(command)) {
            return new WriteResult.Refused(
                    Reason.CONFLICT,
                    "another command came first: " + nothing.reason() + "; look at it again, then repeat the command");
        }
        return new WriteResult.Done();
    }

    /** What was killed here meanwhile is published as well, by any gateway: whose command came first is all the same. */
    private boolean isTakenBackAfterAll(Command command) {
        String arm = command.getRollBack().getVersion();
        RolloutState end = fold.state().endedIds().get(command.getRolloutId());
        return takesBack(command)
                && fold.killed().contains(command.getRolloutId(), arm)
                && (end == RolloutState.ROLLED_BACK || end == RolloutState.ABORTED || isLiveWithout(command, arm));
    }

    private boolean isLiveWithout(Command command, String arm) {
        return fold.state()
                .liveRollout(command.getModel())
                .filter(rollout -> rollout.id().equals(command.getRolloutId())
                        && rollout.trail().armsTakenBack().contains(arm))
                .isPresent();
    }

    static WriteResult.Refused refused(List<Problem> problems) {
        Reason reason = Reason.CONFLICT;
        for (Problem problem : problems) {
            if (problem.kind() == Problem.Kind.INVALID) {
                reason = Reason.INVALID_INPUT;
                break;
            }
            if (problem.kind() == Problem.Kind.UNKNOWN) {
                reason = Reason.NOT_FOUND;
            }
        }
        return new WriteResult.Refused(
                reason, problems.stream().map(Problem::text).collect(Collectors.joining(". ")), problems);
    }

    private static WriteResult notStored(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        String message = cause instanceof ControlLog.NotStored told && told.getMessage() != null
                ? told.getMessage()
                : "the control log failed; repeat the command with the same commandId";
        return new WriteResult.Refused(Reason.CONTROL_LOG_UNAVAILABLE, message);
    }
}
