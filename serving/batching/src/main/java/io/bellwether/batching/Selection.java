package io.bellwether.batching;

import io.bellwether.batching.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next batch out of the backlog. The class of lengths whose head has the earliest deadline runs; a neighbouring
 * class joins when one padded run is predicted to be shorter than two, or when its head would be lost by waiting.
 */
final class Selection<T> {
    private final BatchingPolicy policy;
    private final LatencyModel latency;
    private final Backlog<T> backlog;
    private final Outlook outlook;
    private final Lineup<T> lineup = new Lineup<>();
    private final List<Entry<T>> sorted = new ArrayList<>();

    /** What was taken out. */
    record Chosen<T>(List<Waiting<T>> batch, List<Waiting<T>> sacrificed) {
        /** One of the sacrificed is run all the same. */
        Chosen<T> withProbe(Waiting<T> tried) {
            List<Waiting<T>> others = new ArrayList<>(sacrificed);
            others.remove(tried);
            return new Chosen<>(List.of(tried), others);
        }
    }

    Selection(BatchingPolicy policy, LatencyModel latency, Backlog<T> backlog, Outlook outlook) {
        this.policy = policy;
        this.latency = latency;
        this.backlog = backlog;
        this.outlook = outlook;
    }

    /** Length of the request with the earliest deadline, 1 when nothing waits. */
    int headLength() {
        Entry<T> first = backlog.first();
        return first == null ? 1 : first.waiting().length();
    }

    /**
     * @param lookAhead whether a request may be kept where the rule alone would pass it over
     */
    Chosen<T> choose(long startNanos, int itemsMax, boolean lookAhead) {
        List<Waiting<T>> batch = new ArrayList<>();
        List<Waiting<T>> sacrificed = new ArrayList<>();
        Entry<T> head = backlog.first();
        while (head != null && batch.isEmpty()) {
            int lengthClass = SizeClasses.of(head.waiting().length());
            if (!latency.knows((long) itemsMax * head.waiting().length()) || isGuess(head)) {
                takePrefix(lengthClass, itemsMax, batch);
                break;
            }
            lineUp(lengthClass, startNanos, itemsMax);
            int offset = lineup.firstAttainable(0, startNanos);
            Lineup.Choice choice = lineup.choose(offset, startNanos, false);
            if (choice.from() > offset && lookAhead) {
                Lineup.Choice keeping = lineup.choose(offset, startNanos, true);
                choice = lineup.worthOf(keeping, startNanos) > lineup.worthOf(choice, startNanos) ? keeping : choice;
            }
            obey(choice, offset, startNanos, itemsMax, batch, sacrificed);
            head = backlog.first();
        }
        return new Chosen<>(batch, sacrificed);
    }

    private void obey(
            Lineup.Choice choice,
            int offset,
            long startNanos,
            int itemsMax,
            List<Waiting<T>> batch,
            List<Waiting<T>> sacrificed) {
        for (int i = 0; i < offset; i++) {
            take(lineup.entry(i), sacrificed);
        }
        if (choice.to() == choice.from() && offset < lineup.size()) {
            // The head has so many items that its own run is too long, or that no batch holds it after lack of memory.
            Entry<T> head = lineup.entry(offset);
            boolean fits = head.waiting().items() <= itemsMax;
            long end = startNanos + lineup.predictNanos(head.waiting().items()) + policy.marginNanos();
            boolean isLost = fits || end - head.waiting().deadlineNanos() > 0;
            take(head, isLost && !isGuess(head) ? sacrificed : batch);
            return;
        }
        long lostBefore = outlook.freeAtNanos(startNanos, choice.predictedNanos()) + lineup.predictNanos(1);
        for (int i = offset; i < choice.from(); i++) {
            if (lineup.entry(i).waiting().deadlineNanos() - lostBefore - policy.marginNanos() < 0) {
                take(lineup.entry(i), sacrificed);
            }
        }
        for (int i = choice.from(); i < choice.to(); i++) {
            take(lineup.entry(i), batch);
        }
    }

    /** Whether no run was near to the size of a request, so that what it takes is not known. */
    private boolean isGuess(Entry<T> entry) {
        return !latency.vouches((long) entry.waiting().items() * entry.waiting().length());
    }

    private void take(Entry<T> entry, List<Waiting<T>> into) {
        backlog.remove(entry);
        into.add(entry.waiting());
    }

    /** Earliest deadline first and nothing else; the batch ends where the next has no room. A head always has room. */
    private void takePrefix(int lengthClass, int itemsMax, List<Waiting<T>> batch) {
        DeadlineQueue<T> queue = backlog.queueOrNull(lengthClass);
        int room = itemsMax;
        while (queue != null
                && !queue.isEmpty()
                && (batch.isEmpty() || queue.first().waiting().items() <= room)) {
            room -= queue.first().waiting().items();
            take(queue.first(), batch);
        }
    }

    private void lineUp(int lengthClass, long startNanos, int itemsMax) {
        sorted.clear();
        DeadlineQueue<T> own = backlog.queueOrNull(lengthClass);
        if (own != null) {
            own.copyFirst(Lineup.REQUESTS_MAX, sorted);
            boolean room = own.items() < itemsMax;
            boolean longerJoin = room && join(own, lengthClass, lengthClass + 1, startNanos, itemsMax);
            boolean shorterJoin = room && join(own, lengthClass, lengthClass - 1, startNanos, itemsMax);
            if (longerJoin || shorterJoin) {
                sorted.sort(
                        Comparator.comparing((Entry<T> e) -> e, (a, b) -> a.isBefore(b) ? -1 : b.isBefore(a) ? 1 : 0));
            }
        }
        lineup.set(sorted, latency, itemsMax, policy.marginNanos());
    }

    private boolean join(DeadlineQueue<T> own, int lengthClass, int other, long startNanos, int itemsMax) {
        @Nullable DeadlineQueue<T> neighbour = backlog.queueOrNull(other);
        if (neighbour == null || neighbour.isEmpty()) {
            return false;
        }
        long ownLength = SizeClasses.largest(lengthClass);
        long otherLength = SizeClasses.largest(other);
        long joining = Math.min(neighbour.items(), itemsMax - own.items());
        long together = latency.meanNanos((own.items() + joining) * Math.max(ownLength, otherLength));
        long apart = latency.meanNanos(own.items() * ownLength) + latency.meanNanos(joining * otherLength);
        long afterOwn = startNanos
                + latency.predictNanos(own.items() * ownLength)
                + latency.predictNanos(otherLength)
                + policy.marginNanos();
        boolean urgent = neighbour.first().waiting().deadlineNanos() - afterOwn < 0;
        if (together > apart && !urgent) {
            return false;
        }
        neighbour.copyFirst((int) joining, sorted);
        return true;
    }
}
