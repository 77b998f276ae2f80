package io.bellwether.batching.simulation;

import io.bellwether.batching.Plan;
import io.bellwether.batching.SizeClasses;
import io.bellwether.batching.Waiting;
import io.bellwether.batching.simulation.Batcher.Promise;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must wait in a queue, by bookkeeping of its own, and whether the batcher agrees and keeps its promises. */
final class Shadow {
    private static final Comparator<Waiting<Request>> BY_DEADLINE =
            Comparator.<Waiting<Request>>comparingLong(Waiting::deadlineNanos).thenComparingLong(Waiting::id);
    private static final Comparator<Waiting<Request>> BY_CLASS = Comparator.<Waiting<Request>>comparingInt(
                    waiting -> SizeClasses.of(waiting.length()))
            .thenComparing(BY_DEADLINE);

    private final Scenario.Version version;
    private final Set<Promise> promises;
    private final Map<Long, Waiting<Request>> waiting = new HashMap<>();
    private final NavigableSet<Waiting<Request>> byDeadline = new TreeSet<>(BY_DEADLINE);
    private final NavigableSet<Waiting<Request>> byClass = new TreeSet<>(BY_CLASS);

    Shadow(Scenario.Version version, Set<Promise> promises) {
        this.version = version;
        this.promises = promises;
    }

    boolean holds(long id) {
        return waiting.containsKey(id);
    }

    Collection<Waiting<Request>> all() {
        return byDeadline;
    }

    void add(Waiting<Request> request) {
        waiting.put(request.id(), request);
        byDeadline.add(request);
        byClass.add(request);
    }

    void remove(Waiting<Request> request) {
        require(waiting.remove(request.id()) != null, "a request comes out that does not wait", request.id());
        byDeadline.remove(request);
        byClass.remove(request);
    }

    /** A batch is about to run; what the plan gives up was removed before. */
    void takeOut(Plan<Request> plan, long nowNanos) {
        List<Waiting<Request>> batch = plan.batch();
        require(plan.items() <= version.policy().batchItemsMax(), "a batch is too large", plan.items());
        for (Waiting<Request> request : batch) {
            boolean inTime = !promises.contains(Promise.DEADLINES) || !request.isExpiredAt(nowNanos);
            require(inTime, "expired work runs", request.id());
        }
        if (promises.contains(Promise.DEADLINE_ORDER)) {
            requireOrder(batch);
        }
        batch.forEach(this::remove);
    }

    private void requireOrder(List<Waiting<Request>> batch) {
        Waiting<Request> before = null;
        for (Waiting<Request> request : batch) {
            require(
                    before == null || BY_DEADLINE.compare(before, request) < 0,
                    "a batch is not in the order of deadlines at",
                    request.id());
            before = request;
        }
        before = null;
        for (Waiting<Request> request : batch.stream().sorted(BY_CLASS).toList()) {
            require(
                    before == null || isOtherClass(before, request) || request.equals(byClass.higher(before)),
                    "somebody with an earlier deadline is left behind by",
                    request.id());
            before = request;
        }
    }

    private static boolean isOtherClass(Waiting<Request> one, Waiting<Request> two) {
        return SizeClasses.of(one.length()) != SizeClasses.of(two.length());
    }

    /** Nothing more happens at this moment. */
    void settled(int queuedRequests, boolean instanceFree, long nowNanos) {
        require(queuedRequests == waiting.size(), "the batcher counts otherwise", queuedRequests);
        require(queuedRequests <= version.policy().queueRequestsMax(), "the queue is too long", queuedRequests);
        if (byDeadline.isEmpty()) {
            return;
        }
        Waiting<Request> first = byDeadline.first();
        require(
                !promises.contains(Promise.DEADLINES) || !first.isExpiredAt(nowNanos),
                "somebody waits beyond the deadline",
                first.id());
        require(
                !promises.contains(Promise.WORK_CONSERVING) || !instanceFree,
                "an instance is idle beside waiting work",
                first.id());
    }

    static void require(boolean holds, String otherwise, @Nullable Object about) {
        if (!holds) {
            throw new IllegalStateException(otherwise + ": " + about);
        }
    }
}
