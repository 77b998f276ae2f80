package io.bellwether.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds the requests that make a batch throw, so that the others are answered. The batch is halved by items; a half that
 * works is answered, a half that throws is halved again, a request that throws alone has failed. Where the first half
 * works, the other one must hold the culprit and is halved without being run as a whole. Halves that nobody suspects run
 * before those that threw, so that the innocent wait least.
 *
 * <p>One culprit among n requests costs at most 2 log2(n) runs. There are at most {@link #runsMax} in all; whoever is left
 * then fails with the batch. A request with several items stays whole: its answer is one tensor.
 *
 * <pre>
 *   for (step = next(now); !step.run().isEmpty(); step = next(now)) { run it; worked() or threw(); }
 * </pre>
 */
public final class Bisection<T> {
    /** Requests that run together; {@code bad} when they hold a culprit for certain. */
    private record Group<T>(List<Waiting<T>> requests, boolean bad, boolean firstHalf) {}

    private final Deque<Group<T>> groups = new ArrayDeque<>();
    private final int runsMax;
    private int runs;
    private Group<T> running = new Group<>(List.of(), false, false);

    /**
     * The next run, and who is answered before it.
     *
     * @param run the requests to run together; empty when all is over
     * @param failed requests that fail now
     * @param expired requests whose deadline went by meanwhile
     */
    public record Step<T>(List<Waiting<T>> run, List<Waiting<T>> failed, List<Waiting<T>> expired) {
        public Step {
            run = List.copyOf(run);
            failed = List.copyOf(failed);
            expired = List.copyOf(expired);
        }
    }

    private Bisection(int runsMax) {
        this.runsMax = runsMax;
    }

    /** After a batch threw. */
    public static <T> Bisection<T> ofFailed(List<Waiting<T>> batch) {
        Bisection<T> bisection = new Bisection<>(runsMax(batch.size()));
        bisection.groups.push(new Group<>(List.copyOf(batch), true, false));
        return bisection;
    }

    /** After a batch did not fit into memory: nobody is suspected, but no run may have more than so many items. */
    public static <T> Bisection<T> ofTooLarge(List<Waiting<T>> batch, int itemsMax) {
        Bisection<T> bisection = new Bisection<>(2 * batch.size() + runsMax(batch.size()));
        List<Waiting<T>> piece = new ArrayList<>();
        int items = 0;
        for (Waiting<T> request : batch) {
            if (!piece.isEmpty() && items + request.items() > itemsMax) {
                bisection.groups.addLast(new Group<>(List.copyOf(piece), false, false));
                piece.clear();
                items = 0;
            }
            piece.add(request);
            items += request.items();
        }
        bisection.groups.addLast(new Group<>(List.copyOf(piece), batch.size() == 1, false));
        return bisection;
    }

    /** Runs that a batch of so many requests is worth: enough for two culprits, and never more than two for each request. */
    static int runsMax(int requests) {
        int rounds = 32 - Integer.numberOfLeadingZeros(Math.max(0, requests - 1));
        return Math.min(2 * requests, 4 * rounds);
    }

    /** What to do now. Every request of the batch comes out once: in a run that worked, as failed or as expired. */
    public Step<T> next(long nowNanos) {
        List<Waiting<T>> failed = new ArrayList<>();
        List<Waiting<T>> expired = new ArrayList<>();
        while (!groups.isEmpty()) {
            Group<T> group = groups.pop();
            List<Waiting<T>> alive = new ArrayList<>();
            for (Waiting<T> request : group.requests()) {
                (request.isExpiredAt(nowNanos) ? expired : alive).add(request);
            }
            boolean bad = group.bad() && alive.size() == group.requests().size();
            if (alive.isEmpty()) {
                continue;
            }
            if (runs == runsMax || (bad && alive.size() == 1)) {
                failed.addAll(alive);
            } else if (bad) {
                halve(alive);
            } else {
                runs++;
                running = new Group<>(alive, false, group.firstHalf() && alive.size() == group.requests().size());
                return new Step<>(alive, failed, expired);
            }
        }
        running = new Group<>(List.of(), false, false);
        return new Step<>(List.of(), failed, expired);
    }

    /** The last step's run worked; its requests are answered. */
    public void worked() {
        if (running.firstHalf() && !groups.isEmpty()) {
            groups.push(new Group<>(groups.pop().requests(), true, false));
        }
    }

    /** The last step's run threw. */
    public void threw() {
        Group<T> bad = new Group<>(running.requests(), true, false);
        if (running.firstHalf() && !groups.isEmpty()) {
            Group<T> unsuspected = groups.pop();
            groups.push(bad);
            groups.push(unsuspected);
        } else {
            groups.push(bad);
        }
    }

    private void halve(List<Waiting<T>> bad) {
        int middle = bad.size() / 2;
        groups.push(new Group<>(List.copyOf(bad.subList(middle, bad.size())), false, false));
        groups.push(new Group<>(List.copyOf(bad.subList(0, middle)), false, true));
    }
}
