package io.bellwether.loadtests;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TorchEngine;
import io.bellwether.engine.TorchEngineSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The engine by itself, in this process and on the calling thread, with one thread inside an operation. */
final class RawEngine implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int WARM_RUNS = 20;

    private final Ticker ticker;
    private final Payloads payloads;
    private final LoadedModel model;
    private final ModelRunner runner;

    /** @throws LoadProblem when the program cannot be run */
    RawEngine(Ticker ticker, MeasuredModel measured, Payloads payloads) throws LoadProblem {
        this.ticker = ticker;
        this.payloads = payloads;
        try {
            InferenceEngine engine = TorchEngine.start(TorchEngineSettings.defaults());
            this.model = engine.load(measured.source());
            this.runner = model.newRunner();
        } catch (EngineFault e) {
            throw new LoadProblem("the engine cannot run " + measured.program() + ": " + e.getMessage(), e);
        }
    }

    /** Runs batches one after the other; counts each batch's items as answers that took as long as the batch. */
    Counts run(int batch, double seconds) throws LoadProblem {
        BatchBuffers inputs = inputs(batch);
        Tally tally = new Tally();
        try {
            for (int i = 0; i < WARM_RUNS; i++) {
                runner.run(inputs);
            }
            long endNanos = ticker.nowNanos() + (long) (seconds * NANOS_PER_SECOND);
            for (long now = ticker.nowNanos(); now < endNanos; ) {
                runner.run(inputs);
                long done = ticker.nowNanos();
                for (int i = 0; i < batch; i++) {
                    tally.add(new Answer(Outcome.OK, "engine", Answer.NO_CLASS), done - now, -1);
                }
                now = ticker.nowNanos();
            }
        } catch (EngineFault e) {
            throw new LoadProblem("the engine failed at batch " + batch + ": " + e.getMessage(), e);
        }
        return Tally.sum(tally.total());
    }

    private BatchBuffers inputs(int batch) {
        List<TensorBuffer> tensors = new ArrayList<>();
        for (Payloads.Input input : payloads.inputs(0)) {
            ByteBuffer data =
                    ByteBuffer.allocateDirect(input.raw().size() * batch).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < batch; i++) {
                data.put(input.raw().asReadOnlyByteBuffer());
            }
            List<Long> shape = new ArrayList<>(List.of((long) batch));
            shape.addAll(input.shape());
            tensors.add(new TensorBuffer(ElementType.valueOf(input.datatype()), shape, data.flip()));
        }
        return new BatchBuffers(batch, tensors);
    }

    @Override
    public void close() {
        runner.close();
        model.close();
    }
}
