package io.bellwether.worker.lane;

import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.BatchExecution.Member;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * One instance of a model version in one lane: takes a batch, runs it, answers every request of it. Everything here happens
 * on the instance's own thread.
 */
final class LaneRunner {
    private final RunnerContext context;
    private final Bisection bisection;
    private final Optional<Pictures> pictures;
    private final SplittableRandom random;

    LaneRunner(RunnerContext context, DeviceAttempt attempts) {
        this.context = context;
        this.bisection = new Bisection(context, attempts, new Settlement(context));
        this.pictures = Pictures.of(context.model(), context.spec());
        this.random = new SplittableRandom(context.seed());
    }

    /** Runs until the lane is closed and empty. */
    void run() throws InterruptedException {
        Optional<Plan<InferenceCall>> plan = context.queue().awaitPlan();
        while (plan.isPresent()) {
            execute(plan.get());
            plan = context.queue().awaitPlan();
        }
    }

    /** Obeys one plan. Every request of it is answered when this returns or throws. */
    void execute(Plan<InferenceCall> plan) {
        Expiry.refuse(plan.expired(), context.meters());
        Expiry.sacrifice(plan.sacrificed(), context.meters());
        if (plan.batch().isEmpty()) {
            return;
        }
        long startedNanos = now();
        boolean asPlanned = false;
        try {
            List<Waiting<InferenceCall>> wanted = Settlement.wanted(plan.batch());
            List<Waiting<InferenceCall>> batch =
                    pictures.map(some -> some.readable(wanted)).orElse(wanted);
            if (!batch.isEmpty()) {
                BatchExecution execution = new BatchExecution(batch, startedNanos, random.nextLong());
                measureStart(execution);
                boolean atOnce = bisection.run(execution);
                asPlanned = atOnce && batch.size() == plan.batch().size();
            }
        } finally {
            Refusal fault = new Refusal(FailureReason.INTERNAL, "the worker failed on this request; try again");
            plan.batch().forEach(waiting -> waiting.work().refuse(fault));
            context.queue().over(plan, asPlanned ? OptionalLong.of(now() - startedNanos) : OptionalLong.empty());
        }
    }

    /** Warm-up requests are not measured. */
    private void measureStart(BatchExecution execution) {
        int items = 0;
        for (Member member : execution.members()) {
            if (!member.call().warmUp()) {
                items += member.waiting().items();
                context.laneMeters().waited(member.queuedNanos());
            }
        }
        if (items > 0) {
            context.laneMeters().ran(items);
            Padding padding = Padding.of(execution.members());
            context.laneMeters().computed(padding.tokens(), padding.padding());
        }
    }

    private long now() {
        return context.clock().getAsLong();
    }
}
