package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.RunResult;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.BatchExecution.Member;
import io.bellwether.worker.model.NanPolicy;
import io.bellwether.worker.telemetry.EmbeddingTicket;
import io.bellwether.worker.telemetry.Observation;
import io.bellwether.worker.telemetry.RowBins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The end of each request of a batch: what it cost and what came of it is counted, then it is answered. That order matters:
 * a slot of the telemetry is complete only when all of its requests are counted. Confined to its runner thread.
 */
final class Settlement {
    static final Refusal WITHDRAWN = new Refusal(FailureReason.CANCELLED, "the client withdrew the request");

    private final RunnerContext context;
    private final Answers answers;
    private final SplittableRandom tickets;

    Settlement(RunnerContext context) {
        this.context = context;
        // Not the numbers that choose witnesses.
        this.tickets = new SplittableRandom(~context.seed());
        this.answers =
                new Answers(context.model(), context.version(), context.spec().answers(), context.classLabels());
    }

    /** A forward went well: every request of it gets its rows. */
    void succeed(BatchExecution execution, List<Member> ran, RunResult result) {
        int row = 0;
        for (Member member : ran) {
            succeed(execution, member, result, row);
            row += member.waiting().items();
        }
        tell(execution, ran, row);
    }

    private void succeed(BatchExecution execution, Member member, RunResult result, int firstRow) {
        InferenceCall call = member.call();
        int rows = call.fitted().rows();
        List<ByteBuffer> outputs = answers.rows(result, firstRow, rows);
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
                !call.laterPart(),
                context.tally().bins(inputs(call), outputs, rows, !call.laterPart()),
                ticket(call, outputs, rows));
        if (nonfiniteRows > 0 && context.spec().nanPolicy() == NanPolicy.NULL) {
            Nonfinite.toNan(context.spec().answers(), outputs);
        }
        count(member, seen);
        Account account = new Account(
                member.witness(),
                execution.members().size(),
                member.queuedNanos(),
                member.deviceNanos(),
                member.costPicoUsd(),
                nonfiniteRows);
        long beforeNanos = now();
        boolean served = call.succeed(answers.answer(call, result, outputs), account);
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

    /** For the draw of vectors. Only compared ones are told of, one of a request. */
    private Optional<EmbeddingTicket> ticket(InferenceCall call, List<ByteBuffer> outputs, int rows) {
        return call.laterPart() || !call.cell().speaks()
                ? Optional.empty()
                : context.tally()
                        .embedding(outputs, rows)
                        .map(vector -> new EmbeddingTicket(vector, tickets.nextLong()));
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

    /** The program throws on it, or is gone. */
    void fail(Member member, EngineFault fault) {
        boolean closed = fault.kind() == EngineFault.Kind.CLOSED;
        Refusal refusal = closed
                ? new Refusal(FailureReason.NOT_READY, "the model version is being unloaded; try again")
                : Refusal.modelFailed(context.model(), context.version());
        refuse(member, 0, refusal);
    }

    /** Its deadline passed between two attempts. */
    void expire(Member member) {
        count(member, failed(member, 0));
        Expiry.refuse(List.of(member.waiting()), context.meters());
    }

    /** Nobody waits for it any more. */
    void withdraw(Member member) {
        refuse(member, 0, WITHDRAWN);
    }

    /** Those that somebody still waits for; the others, which never ran, are answered. */
    static List<Waiting<InferenceCall>> wanted(List<Waiting<InferenceCall>> batch) {
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
                nonfiniteRows > 0 && !member.call().laterPart(),
                RowBins.NONE,
                Optional.empty());
    }

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

    /** The client's bytes, not the engine's: the program may have written into those. */
    private static List<ByteBuffer> inputs(InferenceCall call) {
        List<ByteBuffer> inputs = new ArrayList<>();
        for (ByteString input : call.fitted().inputs()) {
            inputs.add(input.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        return inputs;
    }

    private long now() {
        return context.clock().getAsLong();
    }
}
