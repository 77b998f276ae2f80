package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Plan;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.telemetry.CellId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a batch costs a runner thread beside the forward: a main program, no test. */
public final class LaneTiming {
    private static final int BATCH = 32;
    private static final int ROUNDS = 15;
    private static final int ROUND_RUNS = 400;
    private static final TensorSpec OUTPUT = new TensorSpec("y", ElementType.FP32, List.of(10L));

    private LaneTiming() {}

    /** One step of a batch. */
    private interface Step {
        void run() throws InterruptedException;
    }

    /** Prints microseconds for a batch of 32 requests of one row: queue and plan, inputs, answers. */
    public static void main(String[] args) throws InterruptedException {
        System.out.println("row shape       queue  inputs  answers   (us a batch of " + BATCH + ")");
        for (List<Long> shape : List.of(List.of(64L), List.of(3L, 64L, 64L))) {
            TensorSpec input = new TensorSpec("x", ElementType.FP32, shape);
            List<Waiting<InferenceCall>> batch = batch(input);
            LaneQueue queue = new LaneQueue(new BatchingPolicy(BATCH, 1_000, 1), System::nanoTime, deadline -> {});
            BatchMemory memory = new BatchMemory(List.of(input), BATCH, 0);
            Answers answers = new Answers("m", "1", List.of(OUTPUT), List.of());
            RunResult result = result();
            double queued = time(() -> {
                batch.forEach(waiting -> queue.offer(waiting.work(), System.nanoTime() + 1_000_000_000L, 1));
                Plan<InferenceCall> unused = queue.awaitPlan().orElseThrow();
            });
            double filled = time(() -> memory.fill(batch));
            double answered = time(() -> {
                for (int i = 0; i < BATCH; i++) {
                    answers.answer(batch.get(i).work(), result, answers.rows(result, i, 1));
                }
            });
            System.out.printf(Locale.ROOT, "%-14s %6.1f %7.1f %8.1f%n", shape, queued, filled, answered);
        }
    }

    private static List<Waiting<InferenceCall>> batch(TensorSpec input) {
        int bytes = Math.toIntExact(input.itemShape().stream().reduce(1L, Math::multiplyExact)) * Float.BYTES;
        List<Waiting<InferenceCall>> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            InferenceCall call = new InferenceCall(
                    ModelInferRequest.getDefaultInstance(),
                    new FittedRequest(
                            1,
                            0,
                            List.of(ByteString.copyFrom(new byte[bytes])),
                            List.of(new FittedRequest.Wanted(0, 0)),
                            0,
                            false),
                    new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                    new RecordedReply(),
                    failure -> {});
            batch.add(new Waiting<>(i, 1, Long.MAX_VALUE, call));
        }
        return batch;
    }

    private static RunResult result() {
        ByteBuffer data = ByteBuffer.allocateDirect(BATCH * 10 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return new RunResult(List.of(new TensorBuffer(ElementType.FP32, List.of((long) BATCH, 10L), data)), 1, 1);
    }

    private static double time(Step step) throws InterruptedException {
        double[] micros = new double[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_RUNS; i++) {
                step.run();
            }
            micros[Math.max(0, round)] = (System.nanoTime() - start) / 1_000.0 / ROUND_RUNS;
        }
        Arrays.sort(micros);
        return micros[ROUNDS / 2];
    }
}
