package io.bellwether.batching.simulation;

import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A plan on an instance: one run, or after a failure several with parts of it. */
final class Job {
    final Course course;
    final Plan<Request> plan;
    final long startNanos;
    /** Parts that are to run after the present one. */
    final Deque<List<Waiting<Request>>> parts = new ArrayDeque<>();

    List<Waiting<Request>> part;
    /** What the present part takes on a processor of its own. */
    double workNanos;
    /** What of that is left. */
    double leftNanos;

    Job(Course course, Plan<Request> plan, long startNanos) {
        this.course = course;
        this.plan = plan;
        this.startNanos = startNanos;
        this.part = plan.batch();
    }

    /** Whether the whole batch is the present part. */
    boolean isWhole() {
        return part.size() == plan.batch().size();
    }

    boolean throwsNow() {
        return part.stream().anyMatch(waiting -> waiting.work().poison());
    }
}
