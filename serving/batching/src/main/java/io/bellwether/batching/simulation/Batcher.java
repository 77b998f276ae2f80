package io.bellwether.batching.simulation;

import io.bellwether.batching.Admission;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A batching policy with its queue, as the simulation drives it. A request's id is its index in its version's list. */
public interface Batcher {

    /** What a policy promises beside one outcome for each request; the simulation checks it at each step. */
    enum Promise {
        /** Nothing runs at its deadline or after, and what is expired leaves the queue at that moment. */
        DEADLINES,
        /** No instance is idle while something waits. */
        WORK_CONSERVING,
        /** Those of a batch that are of one class of length follow each other in the order of deadlines, with nobody between. */
        DEADLINE_ORDER
    }

    /** What it promises. */
    Set<Promise> promises();

    /** A request arrives. */
    Admission offer(Waiting<Request> request, long nowNanos);

    /** An instance is free. An empty batch while something waits means that it wants to wait. */
    Plan<Request> onInstanceFree(long nowNanos);

    /**
     * When it wants to be asked again though nothing happened.
     *
     * @param instanceFree whether an instance is idle now
     */
    OptionalLong wakeAtNanos(boolean instanceFree);

    /** That moment: those whose deadline is over and who leave. */
    List<Waiting<Request>> onTimer(long nowNanos);

    /** A client left; empty when its request does not wait (any more). */
    Optional<Waiting<Request>> cancel(long id);

    /** The batch of a plan ran at once, without a failure. */
    void onExecuted(Plan<Request> plan, long wallNanos, long nowNanos);

    /** The run of a plan is over and says nothing about how long runs take. */
    void onAbandoned(Plan<Request> plan, long nowNanos);

    /** How many wait. */
    int queuedRequests();
}
