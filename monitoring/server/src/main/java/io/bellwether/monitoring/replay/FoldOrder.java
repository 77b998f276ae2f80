package io.bellwether.monitoring.replay;

import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts the records of three topics into the order in which monitoring took them in and let them out. Each verdict says how far
 * monitoring had come in both of its inputs:
 *
 * <ul>
 *   <li>one that answers a snapshot comes right after it, and the commands that it knew come before that snapshot;
 *   <li>one that was made because time passed comes after all snapshots that it knew, and then the commands;
 *   <li>what no verdict about the same rollout knew, and verdicts of releases that did not say how far they had come, go by the
 *       time of their records.
 * </ul>
 *
 * Not thread-safe.
 */
public final class FoldOrder {
    private final Deque<Commanded> commands;
    private final Deque<Concluded> verdicts;
    private final Consumer<Recorded> out;

    /**
     * @param commands of the model, in the order of the log
     * @param verdicts about the model
     * @param out takes the records in the order of the folds
     */
    public FoldOrder(List<Commanded> commands, List<Concluded> verdicts, Consumer<Recorded> out) {
        this.commands = new ArrayDeque<>(commands);
        this.verdicts = new ArrayDeque<>(verdicts.stream()
                .sorted(Comparator.comparingLong(verdict -> verdict.verdict().getAtMillis()))
                .toList());
        this.out = out;
    }

    /** The next snapshot about the model, in the order of its partition. */
    public void snapshot(Counted next) {
        long offset = next.place().offset();
        while (!verdicts.isEmpty() && isBefore(verdicts.element().verdict(), next)) {
            conclude();
        }
        Concluded answer = verdicts.peek();
        if (answer != null && isAnswer(answer.verdict(), offset)) {
            commandsUntil(answer.verdict().getControlUntil());
        } else {
            commandsOf(next.place().atMillis());
        }
        out.accept(next);
    }

    /** There are no more snapshots. */
    public void finish() {
        while (!verdicts.isEmpty()) {
            conclude();
        }
        commandsUntil(Long.MAX_VALUE);
    }

    private static boolean isBefore(Verdict verdict, Counted snapshot) {
        return verdict.getSnapshotsUntil() > 0
                ? verdict.getSnapshotsUntil() <= snapshot.place().offset()
                : verdict.getAtMillis() < snapshot.place().atMillis();
    }

    private static boolean isAnswer(Verdict verdict, long snapshotOffset) {
        return !verdict.getByClock() && verdict.getSnapshotsUntil() == snapshotOffset + 1;
    }

    private void conclude() {
        Concluded verdict = verdicts.remove();
        if (verdict.verdict().getControlUntil() > 0) {
            commandsUntil(verdict.verdict().getControlUntil());
        } else {
            commandsOf(verdict.verdict().getAtMillis());
        }
        out.accept(verdict);
    }

    private void commandsUntil(long offset) {
        while (!commands.isEmpty() && commands.element().place().offset() < offset) {
            out.accept(commands.remove());
        }
    }

    private void commandsOf(long atMillis) {
        while (!commands.isEmpty()
                && commands.element().place().atMillis() <= atMillis
                && !isAwaited(commands.element())) {
            out.accept(commands.remove());
        }
    }

    /** True while verdicts about the command's rollout are still to come: they tell when it was followed. */
    private boolean isAwaited(Commanded command) {
        String rolloutId = command.command().getRolloutId();
        return verdicts.stream()
                .map(Concluded::verdict)
                .anyMatch(verdict ->
                        verdict.getControlUntil() > 0 && verdict.getRolloutId().equals(rolloutId));
    }
}
