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
import io.bellwether.worker.model.NanPolicy;
import io.bellwether.worker.telemetry.Observation;
import io.bellwether.worker.telemetry.RowBins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a model version in one lane: takes a batch, runs one forward, answers every request of it. A batch that
 * throws is run again request by request, so that one bad input fails alone. Everything here happens on the instance's own
 * thread.
 */
final class LaneRunner {
    private static final Logger LOG = LoggerFactory.getLogger(LaneRunner.class);
    private static final long FAULT_LOG_INTERVAL_NANOS = 5_000_000_000L;

    private final RunnerContext context;
    private final DeviceAttempt attempts;
    private final Answers answers;
    private final Optional<Pictures> pictures;
    private final SplittableRandom random;
    private long faultLoggedNanos;
    private long faultsUnlogged;

    LaneRunner(RunnerContext context, DeviceAttempt attempts) {
        this.context = context;
        this.attempts = attempts;
        this.answers =
                new Answers(context.model(), context.version(), context.spec().answers(), context.classLabels());
        this.pictures = Pictures.of(context.model(), context.spec());
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
        expire(plan.sacrificed());
        if (plan.batch().isEmpty()) {
            return;
        }
        try {
            long startedNanos = context.clock().getAsLong();
            List<Waiting<InferenceCall>> batch =
                    pictures.map(some -> some.readable(plan.batch())).orElse(plan.batch());
            if (!batch.isEmpty()) {
                runBatch(new BatchExecution(batch, startedNanos, random.nextLong()));
            }
            context.queue().executed(plan, context.clock().getAsLong() - startedNanos);
        } finally {
            Refusal fault = new Refusal(FailureReason.INTERNAL, "the worker failed on this request; try again");
            plan.batch().forEach(waiting -> waiting.work().refuse(fault));
        }
    }

    private void runBatch(BatchExecution execution) {
        List<Waiting<InferenceCall>> batch = execution.batch();
        measureStart(execution);
        long beforeNanos = context.clock().getAsLong();
        DeviceAttempt.Outcome outcome = attempts.run(batch);
        execution.chargeAll(outcome.deviceNanos(), outcome.costPicoUsd());
        if (outcome instanceof DeviceAttempt.Ran ran) {
            execution.ranIn(
                    context.clock().getAsLong() - beforeNanos, ran.result().wallNanos());
            int row = 0;
            for (int i = 0; i < batch.size(); i++) {
                succeed(execution, i, ran.result(), row);
                row += batch.get(i).items();
            }
            tell(execution, row);
        } else if (outcome instanceof DeviceAttempt.Threw threw) {
            recover(execution, threw.fault());
        }
    }

    /** What clients may ask about: an execution that served somebody. */
    private void tell(BatchExecution execution, int items) {
        if (execution.batch().stream().anyMatch(waiting -> !waiting.work().warmUp())) {
            context.statistics()
                    .executed(items, execution.times(), context.epochMillis().getAsLong());
        }
    }

    /** Warm-up requests are not measured. */
    private void measureStart(BatchExecution execution) {
        int items = 0;
        for (int i = 0; i < execution.batch().size(); i++) {
            if (!execution.call(i).warmUp()) {
                items += execution.batch().get(i).items();
                context.laneMeters().waited(execution.queuedNanos(i));
            }
        }
        if (items > 0) {
            context.laneMeters().ran(items);
        }
    }

    private void recover(BatchExecution execution, EngineFault fault) {
        logFault(fault);
        List<Waiting<InferenceCall>> batch = execution.batch();
        FailurePlan<InferenceCall> plan =
                FailurePlan.after(batch, context.clock().getAsLong());
        for (int i = 0; i < batch.size(); i++) {
            Waiting<InferenceCall> waiting = batch.get(i);
            if (plan.failed().contains(waiting)) {
                fail(execution, i, fault);
            } else if (waiting.isExpiredAt(context.clock().getAsLong())) {
                count(execution, i, failed(execution, i, 0));
                expire(List.of(waiting));
            } else {
                runAlone(execution, i);
            }
        }
    }

    private void runAlone(BatchExecution execution, int index) {
        long beforeNanos = context.clock().getAsLong();
        DeviceAttempt.Outcome outcome = attempts.run(List.of(execution.batch().get(index)));
        execution.chargeOne(index, outcome.deviceNanos(), outcome.costPicoUsd());
        context.meters().rerun(execution.call(index).warmUp() ? 0 : 1);
        if (outcome instanceof DeviceAttempt.Ran ran) {
            execution.ranIn(
                    context.clock().getAsLong() - beforeNanos, ran.result().wallNanos());
            succeed(execution, index, ran.result(), 0);
            context.statistics()
                    .executed(
                            execution.batch().get(index).items(),
                            execution.times(),
                            context.epochMillis().getAsLong());
        } else if (outcome instanceof DeviceAttempt.Threw threw) {
            fail(execution, index, threw.fault());
        }
    }

    private void succeed(BatchExecution execution, int index, RunResult result, int firstRow) {
        InferenceCall call = execution.call(index);
        int rows = call.fitted().rows();
        List<ByteBuffer> outputs = Answers.rows(result, firstRow, rows);
        int nonfiniteRows = context.tally().nonfiniteRows(outputs, rows);
        if (nonfiniteRows > 0 && context.spec().nanPolicy() == NanPolicy.ERROR) {
            Refusal refusal = Refusal.nonfiniteOutput(context.model(), context.version());
            refuse(execution, index, nonfiniteRows, refusal);
            return;
        }
        Observation seen = new Observation(
                rows,
                rows,
                execution.witness(index),
                execution.deviceNanos(index),
                execution.costPicoUsd(index),
                nonfiniteRows,
                context.tally().bins(inputs(call), outputs, rows));
        if (nonfiniteRows > 0 && context.spec().nanPolicy() == NanPolicy.NULL) {
            Nonfinite.toNan(context.spec().answers(), outputs);
        }
        count(execution, index, seen);
        HopParameters.Account account = new HopParameters.Account(
                execution.witness(index),
                execution.batch().size(),
                execution.queuedNanos(index),
                execution.deviceNanos(index),
                execution.costPicoUsd(index));
        long beforeNanos = context.clock().getAsLong();
        call.succeed(answers.answer(call, outputs, account));
        execution.answeredIn(context.clock().getAsLong() - beforeNanos);
        if (!call.warmUp()) {
            long wholeNanos = context.clock().getAsLong() - call.arrivedNanos();
            context.statistics().succeeded(rows, execution.queuedNanos(index), wholeNanos, execution.times());
        }
    }

    private void fail(BatchExecution execution, int index, EngineFault fault) {
        boolean closed = fault.kind() == EngineFault.Kind.CLOSED;
        Refusal refusal = closed
                ? new Refusal(FailureReason.NOT_READY, "the model version is being unloaded; try again")
                : Refusal.modelFailed(context.model(), context.version());
        refuse(execution, index, 0, refusal);
    }

    private void refuse(BatchExecution execution, int index, int nonfiniteRows, Refusal refusal) {
        count(execution, index, failed(execution, index, nonfiniteRows));
        InferenceCall call = execution.call(index);
        if (!call.warmUp()) {
            context.statistics().failed(context.clock().getAsLong() - call.arrivedNanos());
        }
        call.refuse(refusal);
    }

    private static Observation failed(BatchExecution execution, int index, int nonfiniteRows) {
        return new Observation(
                0,
                execution.call(index).fitted().rows(),
                execution.witness(index),
                execution.deviceNanos(index),
                execution.costPicoUsd(index),
                nonfiniteRows,
                RowBins.NONE);
    }

    /** Counted before it is answered: a slot is complete only when all of its requests are counted. */
    private void count(BatchExecution execution, int index, Observation seen) {
        long nowNanos = context.clock().getAsLong();
        if (execution.call(index).warmUp()) {
            context.cells().addWarmUp(seen, nowNanos);
            return;
        }
        context.meters().charged(seen.deviceNanos(), seen.costPicoUsd());
        context.meters().nonfinite(seen.nonfiniteRows());
        if (context.telemetryOn()) {
            context.cells().add(execution.call(index).cell(), seen, nowNanos);
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
        long nowNanos = context.clock().getAsLong();
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
}
