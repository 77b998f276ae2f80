package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One queue, its instances and its clients in virtual time. All that happens follows from the seed: arrivals, sizes,
 * deadlines, service times, cancellations and poison. Invariants are checked at every step.
 */
final class SchedulingWorld {
    /** How a request ended. */
    enum Outcome {
        OK,
        FAILED,
        EXPIRED,
        REFUSED,
        SACRIFICED,
        CANCELLED
    }

    private record Event(long atNanos, long order, Runnable action) {}

    private record Running(Plan<Boolean> plan) {
        List<Waiting<Boolean>> batch() {
            return plan.batch();
        }
    }

    private static final double POISON_SHARE = 0.02;
    private static final double CANCEL_SHARE = 0.3;

    final BatchingPolicy policy;
    final Map<Outcome, Integer> counts = new HashMap<>();
    int executions;
    int executedItems;

    private final long slowness;
    private final SplittableRandom random;
    private final BatchPlanner<Boolean> planner;
    private final long meanGapNanos;
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.atNanos() != b.atNanos() ? Long.compare(a.atNanos(), b.atNanos()) : Long.compare(a.order(), b.order()));
    private final Map<Long, Outcome> outcomes = new HashMap<>();
    private final Map<Long, Waiting<Boolean>> queued = new HashMap<>();
    private final Set<Long> onDevice = new HashSet<>();
    private long nowNanos;
    private long order;
    private int idle;
    private long arrivals;

    SchedulingWorld(long seed) {
        this(seed, 1);
    }

    /**
     * @param slowness all that takes time takes so many times as long
     */
    SchedulingWorld(long seed, long slowness) {
        this.slowness = slowness;
        random = new SplittableRandom(seed);
        int batchItemsMax = random.nextInt(1, 17);
        int instances = random.nextInt(1, 4);
        policy = new BatchingPolicy(batchItemsMax, random.nextInt(1, 40), instances);
        planner = new BatchPlanner<>(policy);
        idle = instances;
        meanGapNanos = slowness * random.nextLong(20_000, 1_000_000);
    }

    void run(int requests) {
        after(0, () -> arrive(requests));
        while (!events.isEmpty()) {
            Event event = events.poll();
            nowNanos = event.atNanos();
            event.action().run();
            checkInvariants();
        }
        assertThat(outcomes).as("exactly one outcome each").hasSize(requests);
        assertThat(planner.queuedRequests()).isZero();
    }

    /** How much time has passed in it. */
    double hours() {
        return nowNanos / 3.6e12;
    }

    private void after(long nanos, Runnable action) {
        events.add(new Event(nowNanos + nanos, order++, action));
    }

    private void arrive(int requests) {
        if (arrivals == requests) {
            return;
        }
        long id = arrivals++;
        int items = random.nextInt(4) > 0 ? 1 : random.nextInt(1, policy.batchItemsMax() + 3);
        long budget = slowness * random.nextLong(1, 30_000_000);
        Waiting<Boolean> request = new Waiting<>(id, items, nowNanos + budget, random.nextDouble() < POISON_SHARE);
        boolean full = queued.size() >= policy.queueRequestsMax();
        Admission admission = planner.offer(request, nowNanos);
        if (admission instanceof Admission.Admitted) {
            assertThat(full).as("admitted into a full queue").isFalse();
            queued.put(id, request);
        } else {
            Admission.Reason reason = ((Admission.Refused) admission).reason();
            assertThat(full || items > policy.batchItemsMax() || reason == Admission.Reason.UNATTAINABLE)
                    .isTrue();
            finish(id, Outcome.REFUSED);
        }
        if (random.nextDouble() < CANCEL_SHARE) {
            after(slowness * random.nextLong(1, 20_000_000), () -> cancel(id));
        }
        wakeAtDeadline();
        dispatch();
        after(Math.round(-Math.log(1 - random.nextDouble()) * meanGapNanos), () -> arrive(requests));
    }

    private void wakeAtDeadline() {
        planner.nextDeadlineNanos()
                .ifPresent(deadline -> after(Math.max(0, deadline - nowNanos), () -> {
                    for (Waiting<Boolean> late : planner.onTimer(nowNanos)) {
                        expire(late);
                    }
                }));
    }

    private void cancel(long id) {
        boolean waits = queued.containsKey(id);
        assertThat(planner.cancel(id).isPresent()).isEqualTo(waits);
        if (waits) {
            queued.remove(id);
            finish(id, Outcome.CANCELLED);
        }
    }

    private void dispatch() {
        while (idle > 0 && !queued.isEmpty()) {
            List<Waiting<Boolean>> expected = earliestFirst();
            Plan<Boolean> plan = planner.onInstanceFree(nowNanos);
            plan.expired().forEach(this::expire);
            plan.sacrificed().forEach(this::sacrifice);
            expected.removeAll(plan.expired());
            expected.removeAll(plan.sacrificed());
            assertThat(plan.batch()).as("in the order of deadlines").isEqualTo(inOrder(expected, plan.batch()));
            if (plan.batch().isEmpty()) {
                assertThat(queued).as("work-conserving").isEmpty();
                return;
            }
            checkBatch(plan);
            plan.batch().forEach(request -> {
                queued.remove(request.id());
                assertThat(onDevice.add(request.id())).isTrue();
            });
            idle--;
            execute(new Running(plan));
        }
    }

    private static List<Waiting<Boolean>> inOrder(List<Waiting<Boolean>> all, List<Waiting<Boolean>> some) {
        return all.stream().filter(some::contains).toList();
    }

    private void checkBatch(Plan<Boolean> plan) {
        assertThat(plan.items()).isLessThanOrEqualTo(policy.batchItemsMax());
        for (Waiting<Boolean> request : plan.batch()) {
            assertThat(request.deadlineNanos()).as("expired work never runs").isGreaterThan(nowNanos);
        }
    }

    /** Ids grow with arrival, so ties in the deadline go by id. */
    private List<Waiting<Boolean>> earliestFirst() {
        List<Waiting<Boolean>> all = new ArrayList<>(queued.values());
        all.sort((a, b) -> a.deadlineNanos() != b.deadlineNanos()
                ? Long.compare(a.deadlineNanos(), b.deadlineNanos())
                : Long.compare(a.id(), b.id()));
        return all;
    }

    private void execute(Running running) {
        int items = running.batch().stream().mapToInt(Waiting::items).sum();
        executions++;
        executedItems += items;
        long nanos = slowness * (200_000 + items * random.nextLong(50_000, 200_000));
        after(nanos, () -> {
            boolean threw = running.batch().stream().anyMatch(Waiting::work);
            if (threw) {
                planner.onAbandoned(running.plan(), nowNanos);
                rerun(FailurePlan.after(running.batch(), nowNanos));
            } else {
                planner.onExecuted(running.plan(), nanos, nowNanos);
                running.batch().forEach(request -> leaveDevice(request, Outcome.OK));
                free();
            }
        });
    }

    private void rerun(FailurePlan<Boolean> plan) {
        plan.failed().forEach(request -> leaveDevice(request, Outcome.FAILED));
        plan.expired().forEach(request -> leaveDevice(request, Outcome.EXPIRED));
        runAlone(plan.alone(), 0);
    }

    private void runAlone(List<Waiting<Boolean>> alone, int index) {
        if (index == alone.size()) {
            free();
            return;
        }
        Waiting<Boolean> request = alone.get(index);
        if (request.isExpiredAt(nowNanos)) {
            leaveDevice(request, Outcome.EXPIRED);
            runAlone(alone, index + 1);
            return;
        }
        executions++;
        executedItems += request.items();
        after(slowness * 300_000, () -> {
            leaveDevice(request, request.work() ? Outcome.FAILED : Outcome.OK);
            runAlone(alone, index + 1);
        });
    }

    private void free() {
        idle++;
        dispatch();
    }

    private void leaveDevice(Waiting<Boolean> request, Outcome outcome) {
        assertThat(onDevice.remove(request.id())).isTrue();
        if (outcome == Outcome.OK) {
            assertThat(request.work()).as("poison never succeeds").isFalse();
        }
        if (outcome == Outcome.FAILED) {
            assertThat(request.work()).as("only poison fails").isTrue();
        }
        finish(request.id(), outcome);
    }

    private void sacrifice(Waiting<Boolean> lost) {
        assertThat(queued.remove(lost.id())).isEqualTo(lost);
        assertThat(lost.isExpiredAt(nowNanos))
                .as("expired work is not a sacrifice")
                .isFalse();
        finish(lost.id(), Outcome.SACRIFICED);
    }

    private void expire(Waiting<Boolean> late) {
        assertThat(queued.remove(late.id())).isEqualTo(late);
        assertThat(late.lateNanos(nowNanos)).isNotNegative();
        finish(late.id(), Outcome.EXPIRED);
    }

    private void finish(long id, Outcome outcome) {
        assertThat(outcomes.put(id, outcome)).as("second outcome of " + id).isNull();
        counts.merge(outcome, 1, Integer::sum);
    }

    private void checkInvariants() {
        assertThat(planner.queuedRequests()).isEqualTo(queued.size()).isLessThanOrEqualTo(policy.queueRequestsMax());
        assertThat(planner.state(nowNanos).items())
                .isEqualTo(queued.values().stream().mapToLong(Waiting::items).sum());
        assertThat(idle == 0 || queued.isEmpty())
                .as("an idle instance beside waiting work")
                .isTrue();
    }
}
