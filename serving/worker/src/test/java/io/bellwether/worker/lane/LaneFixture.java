package io.bellwether.worker.lane;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Lane;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.ModelSource;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.Samples;
import io.bellwether.worker.cost.CostMeter;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.survival.RunMarks;
import io.bellwether.worker.telemetry.CellId;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** One lane on virtual time: the test queues, then lets the runner take what waits, on the test's own thread. */
final class LaneFixture {
    static final long DEADLINE_NANOS = 1_000_000_000;
    static final long HOUR_PICO_USD = 2_499_999_999_989L;

    private final AtomicLong nowNanos = new AtomicLong(1);
    final List<Long> wakeUps = new ArrayList<>();
    private final IdentityHashMap<RecordedReply, List<Waiting<InferenceCall>>> offered = new IdentityHashMap<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final ExecutionStatistics statistics = new ExecutionStatistics(8);
    private final LaneQueue queue;
    private final ModelCells cells;
    private final LaneRunner runner;
    private final List<CellCounts> seen = new ArrayList<>();

    LaneFixture(InferenceEngine engine, int maxBatchSize) {
        this(engine, Samples.spec(maxBatchSize, 64));
    }

    LaneFixture(InferenceEngine engine, ModelSpec spec) {
        int maxBatchSize = spec.maxBatchSize();
        queue = new LaneQueue(new BatchingPolicy(maxBatchSize, 64, 1), nowNanos::get, wakeUps::add);
        cells = new ModelCells(Samples.MODEL, new Tally(spec), new ModelCells.Limits(100, Long.MAX_VALUE));
        WorkerMetrics.Version meters = new WorkerMetrics(registry).version(Samples.MODEL, "1");
        RunnerContext context = new RunnerContext(
                Samples.MODEL,
                "1",
                spec,
                List.of(),
                queue,
                cells,
                new Tally(spec),
                true,
                meters,
                meters.lane(Lane.COMPARED),
                statistics,
                nowNanos::get,
                () -> 1_700_000_000_000L,
                42,
                RunMarks.unwritten().claim("sample/1"));
        try {
            ModelSource source =
                    new ModelSource("sample/1", Path.of("model.pt"), spec.inputs(), spec.outputs(), ComputeDevice.CPU);
            // The device clock moves a little with every look, so that failed attempts cost something.
            AtomicLong deviceNanos = new AtomicLong();
            runner = new LaneRunner(
                    context,
                    new DeviceAttempt(
                            engine.load(source).newRunner(),
                            new BatchMemory(spec.inputs(), maxBatchSize, 0),
                            new CostMeter(HOUR_PICO_USD),
                            () -> deviceNanos.addAndGet(777_777),
                            context.mark()));
        } catch (EngineFault e) {
            throw new IllegalStateException(e);
        }
    }

    RecordedReply queue(Arm arm, float... rows) {
        return queue(new CellId("1", arm, "r1", "", 100), false, rows);
    }

    RecordedReply queueWarmUp(float... rows) {
        return queue(new CellId("1", Arm.CONTROL, "", "", 0), true, rows);
    }

    void passTime(long nanos) {
        nowNanos.addAndGet(nanos);
    }

    LaneRunner runner() {
        return runner;
    }

    /** Runs batches until nothing waits. */
    void runQueued() {
        while (queue.queuedRequests() > 0) {
            runner.execute(take());
        }
    }

    /** What an instance that is free now would run of what waits; it must be something. */
    Plan<InferenceCall> take() {
        try {
            return queue.awaitPlan().orElseThrow();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<CellCounts> cells() {
        List<CellCounts> counts = cells.snapshot(1_000, true).getCellsList();
        // A snapshot carries what changed; remember what earlier ones carried.
        for (CellCounts count : counts) {
            seen.removeIf(before -> before.getKey().equals(count.getKey()));
            seen.add(count);
        }
        return List.copyOf(seen);
    }

    /** The client is gone. */
    void withdraw(RecordedReply reply) {
        queue.withdraw(offered.get(reply), new Refusal(FailureReason.CANCELLED, "the client withdrew the request"));
    }

    int queuedRequests() {
        return queue.queuedRequests();
    }

    double costUsdTotal() {
        return registry.get("bellwether.worker.cost").counter().count();
    }

    double nonfiniteRowsTotal() {
        return registry.get("bellwether.worker.nonfinite.outputs").counter().count();
    }

    private RecordedReply queue(CellId cell, boolean warmUp, float... rows) {
        ModelInferRequest request = Samples.request("1", rows);
        RecordedReply reply = new RecordedReply();
        InferenceCall call = new InferenceCall(
                request,
                new FittedRequest(
                        rows.length,
                        0,
                        request.getRawInputContentsList(),
                        List.of(new FittedRequest.Wanted(0, 0)),
                        0,
                        false),
                new InferenceCall.Provenance(cell, warmUp, nowNanos.get()),
                reply,
                failure -> {});
        offered.put(reply, queue.offer(call, nowNanos.get() + DEADLINE_NANOS, 1).entries());
        return reply;
    }
}
