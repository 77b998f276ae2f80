package io.bellwether.batching.simulation;

import io.bellwether.batching.Admission;
import io.bellwether.batching.BatchPlanner;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The planner of the workers, driven as a lane drives it. */
public final class PlannerBatcher implements Batcher {
    private final BatchPlanner<Request> planner;

    /** @param latency what is known of the runs; from now on the planner's own */
    public PlannerBatcher(BatchingPolicy policy, LatencyModel latency) {
        this.planner = new BatchPlanner<>(policy, latency);
    }

    @Override
    public Set<Promise> promises() {
        return EnumSet.allOf(Promise.class);
    }

    @Override
    public Admission offer(Waiting<Request> request, long nowNanos) {
        return planner.offer(request, nowNanos);
    }

    @Override
    public Plan<Request> onInstanceFree(long nowNanos) {
        return planner.onInstanceFree(nowNanos);
    }

    @Override
    public OptionalLong wakeAtNanos(boolean instanceFree) {
        return planner.nextDeadlineNanos();
    }

    @Override
    public List<Waiting<Request>> onTimer(long nowNanos) {
        return planner.onTimer(nowNanos);
    }

    @Override
    public Optional<Waiting<Request>> cancel(long id) {
        return planner.cancel(id);
    }

    @Override
    public void onExecuted(Plan<Request> plan, long wallNanos, long nowNanos) {
        planner.onExecuted(plan, wallNanos, nowNanos);
    }

    @Override
    public void onAbandoned(Plan<Request> plan, long nowNanos) {
        planner.onAbandoned(plan, nowNanos);
    }

    @Override
    public int queuedRequests() {
        return planner.queuedRequests();
    }
}
