package io.bellwether.batching.simulation;

import io.bellwether.batching.Admission;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.batching.simulation.ArrivalRule.Decision;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A queue in the order of arrival with a rule. Deadlines count for nothing unless the rule looks at them. */
public final class ArrivalBatcher implements Batcher {
    private final BatchingPolicy limits;
    private final ArrivalRule rule;
    private final Map<Long, Waiting<Request>> queue = new LinkedHashMap<>();
    private long askAgainNanos = Long.MAX_VALUE;

    /** @param limits of the queue and of a batch; the objective and the margin are not used */
    public ArrivalBatcher(BatchingPolicy limits, ArrivalRule rule) {
        this.limits = limits;
        this.rule = rule;
    }

    @Override
    public Set<Promise> promises() {
        return rule.isWorkConserving() ? EnumSet.of(Promise.WORK_CONSERVING) : EnumSet.noneOf(Promise.class);
    }

    @Override
    public Admission offer(Waiting<Request> request, long nowNanos) {
        if (request.items() > limits.batchItemsMax()) {
            return new Admission.Refused(Admission.Reason.TOO_LARGE, 0, "larger than a batch");
        }
        if (queue.size() == limits.queueRequestsMax()) {
            return new Admission.Refused(Admission.Reason.QUEUE_FULL, 0, "the queue is full");
        }
        queue.put(request.id(), request);
        return new Admission.Admitted();
    }

    @Override
    public Plan<Request> onInstanceFree(long nowNanos) {
        Decision decision = rule.decide(queue.values(), nowNanos);
        decision.dropped().forEach(request -> queue.remove(request.id()));
        decision.batch().forEach(request -> queue.remove(request.id()));
        askAgainNanos = decision.askAgainNanos();
        return new Plan<>(decision.batch(), decision.dropped());
    }

    @Override
    public OptionalLong wakeAtNanos(boolean instanceFree) {
        return instanceFree && !queue.isEmpty() && askAgainNanos != Long.MAX_VALUE
                ? OptionalLong.of(askAgainNanos)
                : OptionalLong.empty();
    }

    @Override
    public List<Waiting<Request>> onTimer(long nowNanos) {
        return List.of();
    }

    @Override
    public Optional<Waiting<Request>> cancel(long id) {
        return Optional.ofNullable(queue.remove(id));
    }

    @Override
    public void onExecuted(Plan<Request> plan, long wallNanos, long nowNanos) {
        // These rules learn nothing.
    }

    @Override
    public void onAbandoned(Plan<Request> plan, long nowNanos) {
        // These rules learn nothing.
    }

    @Override
    public int queuedRequests() {
        return queue.size();
    }
}
