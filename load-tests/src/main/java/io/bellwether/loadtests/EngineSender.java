package io.bellwether.loadtests;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TorchEngine;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.engine.WarmUp;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The model itself, run in the calling thread of this process, one at a time: what everything is compared with. */
final class EngineSender implements Sender {
    private static final String VERSION = "engine";

    private final Samples samples;
    private final LoadedModel model;
    private final ModelRunner runner;
    private final ByteBuffer input;

    private EngineSender(Samples samples, LoadedModel model, ModelRunner runner) {
        this.samples = samples;
        this.model = model;
        this.runner = runner;
        this.input = samples.raw(0);
    }

    /**
     * @param program the TorchScript file
     * @param classes scores that it returns
     */
    static EngineSender load(Path program, Samples samples, int classes) throws LoadProblem {
        ModelSource source = new ModelSource(
                "baseline",
                program,
                List.of(new TensorSpec("input", ElementType.FP32, List.of((long) samples.width()))),
                List.of(new TensorSpec("output", ElementType.FP32, List.of((long) classes))),
                ComputeDevice.CPU);
        try {
            InferenceEngine engine = TorchEngine.start(TorchEngineSettings.defaults());
            LoadedModel model = engine.load(source);
            ModelRunner runner = model.newRunner();
            WarmUp.run(runner, source, 1, WarmUp.REPEATS_DEFAULT);
            return new EngineSender(samples, model, runner);
        } catch (EngineFault e) {
            throw new LoadProblem("the engine cannot run " + program + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void send(Ask ask, Consumer<Answer> answered) {
        samples.fill(ask.row(), input);
        TensorBuffer tensor = new TensorBuffer(ElementType.FP32, List.of(1L, (long) samples.width()), input);
        try {
            ByteBuffer scores = runner.run(new BatchBuffers(1, List.of(tensor)))
                    .outputs()
                    .get(0)
                    .data();
            answered.accept(new Answer(Outcome.OK, VERSION, Scores.predictedClass(scores)));
        } catch (EngineFault e) {
            answered.accept(Answer.failed(Outcome.MODEL_ERROR, VERSION));
        }
    }

    @Override
    public void close() {
        runner.close();
        model.close();
    }
}
