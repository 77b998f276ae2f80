package io.bellwether.batching.simulation;

import io.bellwether.batching.Admission;
import io.bellwether.batching.FailurePlan;
import io.bellwether.batching.Plan;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One version in the course of a simulation: its batcher, what must wait in it, its idle instances, its outcomes. */
final class Course {
    private final Scenario.Version version;
    private final RunTime.Runs runs;
    private final Tally tally;
    private Batcher batcher;
    private Shadow shadow;
    private int idle;
    private int next;
    private boolean up = true;

    Course(Scenario.Version version, long seed) {
        this.version = version;
        this.runs = version.runTime().from(seed);
        this.tally = new Tally(version);
        this.batcher = version.batcher().get();
        this.shadow = new Shadow(version, batcher.promises());
        this.idle = version.policy().instances();
    }

    String name() {
        return version.name();
    }

    long nextArrivalNanos() {
        return next == version.requests().size()
                ? Long.MAX_VALUE
                : version.requests().get(next).arrival().atNanos();
    }

    OptionalLong wakeAtNanos() {
        return up ? batcher.wakeAtNanos(idle > 0) : OptionalLong.empty();
    }

    /** The next request arrives. Its id. */
    int arrive(long nowNanos) {
        int id = next++;
        Request request = version.requests().get(id);
        Arrival arrival = request.arrival();
        Waiting<Request> waiting = new Waiting<>(
                id,
                arrival.items(),
                arrival.atNanos() + arrival.budgetNanos(),
                arrival.length(),
                arrival.weight(),
                request);
        if (up && batcher.offer(waiting, nowNanos) instanceof Admission.Admitted) {
            shadow.add(waiting);
        } else {
            tally.finish(id, Outcome.REFUSED, nowNanos);
        }
        return id;
    }

    Request request(int id) {
        return version.requests().get(id);
    }

    /** The client leaves, if it has no answer yet. */
    void leave(int id, long nowNanos) {
        if (tally.isOver(id)) {
            return;
        }
        Optional<Waiting<Request>> left = batcher.cancel(id);
        Shadow.require(left.isPresent() == shadow.holds(id), "a cancellation finds what does not wait, or not", id);
        left.ifPresent(shadow::remove);
        tally.finish(id, Outcome.CANCELLED, nowNanos);
    }

    void wake(long nowNanos) {
        drop(batcher.onTimer(nowNanos), nowNanos);
    }

    private void drop(List<Waiting<Request>> some, long nowNanos) {
        for (Waiting<Request> request : some) {
            shadow.remove(request);
            tally.finish(request.id(), Outcome.DROPPED, nowNanos);
        }
    }

    /** What idle instances take now. */
    List<Job> dispatch(long nowNanos) {
        List<Job> started = List.of();
        while (up && idle > 0 && batcher.queuedRequests() > 0) {
            Plan<Request> plan = batcher.onInstanceFree(nowNanos);
            drop(plan.expired(), nowNanos);
            drop(plan.sacrificed(), nowNanos);
            if (plan.batch().isEmpty()) {
                break;
            }
            shadow.takeOut(plan, nowNanos);
            idle--;
            Job job = new Job(this, plan, nowNanos);
            begin(job);
            started = started.isEmpty() ? new ArrayList<>() : started;
            started.add(job);
        }
        return started;
    }

    private void begin(Job job) {
        tally.began(job.part);
        job.workNanos = (double) runs.nanos(new Plan<>(job.part, List.of()).cells());
        job.leftNanos = job.workNanos;
    }

    /** The present part of a job has run. True when the job goes on with another part. */
    boolean ran(Job job, long nowNanos) {
        boolean threw = job.throwsNow();
        boolean asPlanned = !threw && job.isWhole();
        if (threw) {
            failed(job, nowNanos);
        } else {
            for (Waiting<Request> request : job.part) {
                finish(request, request.isExpiredAt(nowNanos) ? Outcome.LATE : Outcome.ON_TIME, nowNanos);
            }
        }
        tally.took(job.part, job.workNanos, !threw);
        while (!job.parts.isEmpty()) {
            job.part = wanted(job.parts.pop(), nowNanos);
            if (!job.part.isEmpty()) {
                begin(job);
                return true;
            }
        }
        idle++;
        if (asPlanned) {
            batcher.onExecuted(job.plan, nowNanos - job.startNanos, nowNanos);
        } else {
            batcher.onAbandoned(job.plan, nowNanos);
        }
        return false;
    }

    /** Halves run again, each by itself, as the workers do it. */
    private void failed(Job job, long nowNanos) {
        FailurePlan<Request> plan = FailurePlan.after(job.part, nowNanos);
        plan.failed().forEach(request -> finish(request, Outcome.FAILED, nowNanos));
        plan.expired().forEach(request -> finish(request, Outcome.DROPPED, nowNanos));
        int half = (plan.alone().size() + 1) / 2;
        job.parts.push(plan.alone().subList(half, plan.alone().size()));
        job.parts.push(plan.alone().subList(0, half));
    }

    /** Those of a part that somebody still waits for. */
    private List<Waiting<Request>> wanted(List<Waiting<Request>> part, long nowNanos) {
        List<Waiting<Request>> wanted = new ArrayList<>();
        for (Waiting<Request> request : part) {
            if (request.isExpiredAt(nowNanos)) {
                finish(request, Outcome.DROPPED, nowNanos);
            } else if (!tally.isOver(request.id())) {
                wanted.add(request);
            }
        }
        return wanted;
    }

    /** On the device: a client that left has its outcome already. */
    private void finish(Waiting<Request> request, Outcome outcome, long nowNanos) {
        if (!tally.isOver(request.id())) {
            tally.finish(request.id(), outcome, nowNanos);
        }
    }

    /** The device crashed: what waits is lost. */
    void crash(long nowNanos) {
        up = false;
        for (Waiting<Request> request : shadow.all()) {
            tally.finish(request.id(), Outcome.FAILED, nowNanos);
        }
    }

    /** The device crashed during this job. */
    void lose(Job job, long nowNanos) {
        for (Waiting<Request> request : job.plan.batch()) {
            finish(request, Outcome.FAILED, nowNanos);
        }
        tally.took(job.part, job.workNanos - job.leftNanos, false);
    }

    /** The device is up again, and the version begins anew. */
    void restart() {
        up = true;
        batcher = version.batcher().get();
        shadow = new Shadow(version, batcher.promises());
        idle = version.policy().instances();
    }

    void settled(long nowNanos) {
        if (up) {
            shadow.settled(batcher.queuedRequests(), idle > 0, nowNanos);
        }
    }

    Result result() {
        return tally.result();
    }
}
