package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.batching.FailurePlan;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.RunResult;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.BatchExecution.Member;
import io.bellwether.worker.model.NanPolicy;
import io.bellwether.worker.telemetry.Observation;
import io.bellwether.worker.telemetry.RowBins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a model version in one lane: takes a batch, runs one forward, answers every request of it. A batch that
 * throws is run again in halves, so that a bad input fails alone. Everything here happens on the instance's own
 * thread.
 */
final class LaneRunner {
    private static final Logger LOG = LoggerFactory.getLogger(LaneRunner.class);
    private static final long FAULT_LOG_INTERVAL_NANOS = 5_000_000_000L;
    private static final Refusal WITHDRAWN = new Refusal(FailureReason.CANCELLED, "the client withdrew the request");

    private final RunnerContext context;
    private final DeviceAttempt attempts;
    private final Answers answers;
    private final Optional<Pictures> pictures;
    private final SplittableRandom random;
    private final BatchCeiling ceiling;
    private long faultLoggedNanos;
    private long faultsUnlogged;

    LaneRunner(RunnerContext context, DeviceAttempt attempts) {
        this.context = context;
        this.attempts = attempts;
        this.answers =
                new Answers(context.model(), context.version(), context.spec().answers(), context.classLabels());
        this.pictures = Pictures.of(context.model(), context.spec());
        this.ceiling = new BatchCeiling(context.spec().maxBatchSize());
        this.random = new SplittableRandom(context.seed());
        this.faultLoggedNanos = context.clock().getAsLong() - FAULT_LOG_INTERVAL_NANOS;
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
        expire(plan.expired());
        Expiry.sacrifice(plan.sacrificed(), context.meters());
        if (plan.batch().isEmpty()) {
            return;
        }
        long startedNanos = now();
        boolean asPlanned = false;
        try {
            List<Waiting<InferenceCall>> wanted = wanted(plan.batch());
            List<Waiting<InferenceCall>> batch =
                    pictures.map(some -> some.readable(wanted)).orElse(wanted);
            if (!batch.isEmpty()) {
                BatchExecution execution = new BatchExecution(batch, startedNanos, random.nextLong());
                measureStart(execution);
                List<List<Member>> forwards = ceiling.forwards(execution.members());
                asPlanned = forwards.size() == 1 && batch.size() == plan.batch().size();
                for (List<Member> forward : forwards) {
                    asPlanned &= run(execution, forward, true);
                }
            }
        } finally {
            Refusal fault = new Refusal(FailureReason.INTERNAL, "the worker failed on this request; try again");
            plan.batch().forEach(waiting -> waiting.work().refuse(fault));
            context.queue().over(plan, asPlanned ? OptionalLong.of(now() - startedNanos) : OptionalLong.empty());
        }
    }

    /** Those that somebody still waits for; the others are answered. */
    private static List<Waiting<InferenceCall>> wanted(List<Waiting<InferenceCall>> batch) {
        for (Waiting<InferenceCall> waiting : batch) {
            if (!waiting.work().isWanted()) {
                batch.forEach(some -> {
                    if (!some.work().isWanted()) {
                        some.work().refuse(WITHDRAWN);
                    }
                });
                return batch.stream().filter(some -> some.work().isWanted()).toList();
            }
        }
        return batch;
    }

    /**
     * Runs some of a batch as one forward, and parts of it again when that throws.
     *
     * @param first whether it is their first attempt
     * @return whether it did not throw
     */
    private boolean run(BatchExecution execution, List<Member> some, boolean first) {
        long beforeNanos = now();
        DeviceAttempt.Outcome outcome =
                attempts.run(some.stream().map(Member::waiting).toList());
        BatchExecution.charge(some, outcome.deviceNanos(), outcome.costPicoUsd());
        if (!first) {
            context.meters().rerun((int)
                    some.stream().filter(member -> !member.call().warmUp()).count());
        }
        if (outcome instanceof DeviceAttempt.Ran ran) {
            execution.ranIn(now() - beforeNanos, ran.result().wallNanos());
            int row = 0;
            for (Member member : some) {
                succeed(execution, member, ran.result(), row);
                row += member.waiting().items();
            }
            tell(execution, some, row);
            ceiling.ran();
            return true;
        }
        EngineFault fault = ((DeviceAttempt.Threw) outcome).fault();
        logFault(fault);
        if (fault.kind() == EngineFault.Kind.OUT_OF_MEMORY) {
            ceiling.outOfMemory(
                    some.stream().mapToInt(member -> member.waiting().items()).sum());
        }
        recover(execution, some, fault);
        return false;
    }

    /** What clients may ask about: an execution that served somebody. */
    private void tell(BatchExecution execution, List<Member> ran, int items) {
        for (Member member : ran) {
            if (!member.call().warmUp()) {
                context.statistics()
                        .executed(
                                items, execution.times(), context.epochMillis().getAsLong());
                return;
            }
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

    /**
     * Runs the halves of what threw, and so on, until the culprits have thrown alone. Where the first half was fine, the
     * second holds a culprit and is halved without being tried.
     */
    private void recover(BatchExecution execution, List<Member> threw, EngineFault fault) {
        if (fault.kind() == EngineFault.Kind.CLOSED) {
            threw.forEach(member -> fail(member, fault));
            return;
        }
        FailurePlan<InferenceCall> plan =
                FailurePlan.after(threw.stream().map(Member::waiting).toList(), now());
        of(threw, plan.failed()).forEach(member -> fail(member, fault));
        of(threw, plan.expired()).forEach(this::expireCharged);
        List<Member> again = of(threw, plan.alone());
        List<Member> first = again.subList(0, again.size() / 2);
        List<Member> second = again.subList(again.size() / 2, again.size());
        boolean firstIsFine = runAgain(execution, first);
        boolean known = firstIsFine && again.size() == threw.size() && fault.kind() == EngineFault.Kind.PROGRAM_FAILED;
        if (known && second.size() > 1) {
            recover(execution, second, fault);
        } else {
            boolean unused = runAgain(execution, second);
        }
    }

    /** Whether all of them ran and did not throw. Those that nobody waits for any more are answered and do not run. */
    private boolean runAgain(BatchExecution execution, List<Member> some) {
        List<Member> still = new ArrayList<>(some.size());
        for (Member member : some) {
            if (member.waiting().isExpiredAt(now())) {
                expireCharged(member);
            } else if (!member.call().isWanted()) {
                refuse(member, 0, WITHDRAWN);
            } else {
                still.add(member);
            }
        }
        return !still.isEmpty() && run(execution, still, false) && still.size() == some.size();
    }

    private static List<Member> of(List<Member> members, List<Waiting<InferenceCall>> some) {
        return members.stream()
                .filter(member -> some.contains(member.waiting()))
                .toList();
    }

    /** Its deadline passed between two attempts. */
    private void expireCharged(Member member) {
        count(member, failed(member, 0));
        expire(List.of(member.waiting()));
    }

    private void succeed(BatchExecution execution, Member member, RunResult result, int firstRow) {
        InferenceCall call = member.call();
        int rows = call.fitted().rows();
        List<ByteBuffer> outputs = Answers.rows(result, firstRow, rows);
        int nonfiniteRows = context.tally().nonfiniteRows(outputs, rows);
        if (nonfiniteRows > 0 && context.spec().nanPolicy() == NanPolicy.ERROR) {
            refuse(member, nonfiniteRows, Refusal.nonfiniteOutput(context.model(), context.version()));
            return;
        }
        Observation seen = new Observation(
                rows,
                rows,
                member.witness(),
                member.deviceNanos(),
                member.costPicoUsd(),
                nonfiniteRows,
                context.tally().bins(inputs(call), outputs, rows, !call.laterPart()));
        if (nonfiniteRows > 0 && context.spec().nanPolicy() == NanPolicy.NULL) {
            Nonfinite.toNan(context.spec().answers(), outputs);
        }
        count(member, seen);
        HopParameters.Account account = new HopParameters.Account(
                member.witness(),
                execution.members().size(),
                member.queuedNanos(),
                member.deviceNanos(),
                member.costPicoUsd());
        long beforeNanos = now();
        boolean served = call.succeed(answers.answer(call, outputs, account));
        long answeredNanos = now();
        execution.answeredIn(answeredNanos - beforeNanos);
        if (call.warmUp()) {
            return;
        }
        long wholeNanos = answeredNanos - call.arrivedNanos();
        if (served) {
            context.statistics()
                    .succeeded(
                            new ExecutionStatistics.Served(rows, !call.laterPart(), member.queuedNanos(), wholeNanos),
                            execution.times());
        } else {
            context.statistics().failed(wholeNanos);
        }
    }

    private void fail(Member member, EngineFault fault) {
        boolean closed = fault.kind() == EngineFault.Kind.CLOSED;
        Refusal refusal = closed
                ? new Refusal(FailureReason.NOT_READY, "the model version is being unloaded; try again")
                : Refusal.modelFailed(context.model(), context.version());
        refuse(member, 0, refusal);
    }

    private void refuse(Member member, int nonfiniteRows, Refusal refusal) {
        count(member, failed(member, nonfiniteRows));
        InferenceCall call = member.call();
        if (!call.warmUp()) {
            context.statistics().failed(now() - call.arrivedNanos());
        }
        call.refuse(refusal);
    }

    private static Observation failed(Member member, int nonfiniteRows) {
        return new Observation(
                0,
                member.call().fitted().rows(),
                member.witness(),
                member.deviceNanos(),
                member.costPicoUsd(),
                nonfiniteRows,
                RowBins.NONE);
    }

    /** Counted before it is answered: a slot is complete only when all of its requests are counted. */
    private void count(Member member, Observation seen) {
        if (member.call().warmUp()) {
            context.cells().addWarmUp(seen, now());
            return;
        }
        context.meters().charged(seen.deviceNanos(), seen.costPicoUsd());
        context.meters().nonfinite(seen.nonfiniteRows());
        if (context.telemetryOn()) {
            context.cells().add(member.call().cell(), seen, now());
        }
    }

    private void expire(List<Waiting<InferenceCall>> expired) {
        Expiry.refuse(expired, context.meters());
    }

    /** The client's bytes, not the engine's: the program may have written into those. */
    private static List<ByteBuffer> inputs(InferenceCall call) {
        List<ByteBuffer> inputs = new ArrayList<>();
        for (ByteString input : call.fitted().inputs()) {
            inputs.add(input.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        return inputs;
    }

    /** At most one line each few seconds: a failing candidate would fill the log. */
    private void logFault(EngineFault fault) {
        long nowNanos = now();
        if (nowNanos - faultLoggedNanos < FAULT_LOG_INTERVAL_NANOS) {
            faultsUnlogged++;
            return;
        }
        LOG.warn(
                "model={} version={} reason={} unlogged={} detail=\"{}\" an execution failed",
                context.model(),
                context.version(),
                fault.kind(),
                faultsUnlogged,
                fault.detail());
        faultLoggedNanos = nowNanos;
        faultsUnlogged = 0;
    }

    private long now() {
        return context.clock().getAsLong();
    }
}
