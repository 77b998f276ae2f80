package io.bellwether.engine;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What {@link TorchRunner} adds to libtorch: a main program, no test. The ways are timed in turn, round by round, so that a
 * noisy machine is noisy for all of them; the median round counts.
 */
public final class RunnerTiming {
    private static final int WARM_RUNS = 20_000;
    private static final int ROUND_RUNS = 2_000;
    private static final int ROUNDS = 15;
    private static final int FEATURES = 64;

    private RunnerTiming() {}

    /** One way to run the program once. */
    private interface Way {
        void run() throws EngineFault;
    }

    /** Prints microseconds a run for each batch size: libtorch through JNI alone, the runner, DJL's block as it comes. */
    public static void main(String[] args) throws EngineFault {
        TorchEngine engine = TorchEngine.start(TorchEngineSettings.defaults());
        System.out.println("batch   forward alone   runner   block of DJL   (us, median of " + ROUNDS + " rounds)");
        try (TorchModel model = (TorchModel) engine.load(TestPrograms.mlp());
                ModelRunner runner = model.newRunner()) {
            for (int batch : new int[] {1, 4, 16, 32}) {
                ByteBuffer memory = ByteBuffer.allocateDirect(batch * FEATURES * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                List<Way> ways = List.of(
                        forwardAlone(model, memory, batch),
                        throughRunner(runner, memory, batch),
                        block(model, memory, batch));
                double[] micros = time(ways);
                System.out.printf(Locale.ROOT, "%5d %15.1f %8.1f %14.1f%n", batch, micros[0], micros[1], micros[2]);
            }
        }
    }

    /** The input is made once and the output not read: what no runner can do without. */
    private static Way forwardAlone(TorchModel model, ByteBuffer memory, int batch) throws EngineFault {
        return model.use((block, parent) -> {
            PtNDManager manager = (PtNDManager) parent.newSubManager();
            PtNDArray array = manager.create(memory, new Shape(batch, FEATURES), DataType.FLOAT32);
            IValue[] arguments = {IValue.from(array)};
            return () -> block.forward(arguments).close();
        });
    }

    private static Way throughRunner(ModelRunner runner, ByteBuffer memory, int batch) {
        return () -> runner.run(new BatchBuffers(
                batch, List.of(new TensorBuffer(ElementType.FP32, List.of((long) batch, (long) FEATURES), memory))));
    }

    /** As the documentation of DJL does it: a manager for each run, the block, the bytes of the output. */
    private static Way block(TorchModel model, ByteBuffer memory, int batch) {
        return () -> model.use((block, parent) -> {
            try (NDManager manager = parent.newSubManager()) {
                NDList in = new NDList(manager.create(memory, new Shape(batch, FEATURES), DataType.FLOAT32));
                return forward(block, manager, in)
                        .singletonOrThrow()
                        .toByteBuffer()
                        .remaining();
            }
        });
    }

    private static NDList forward(PtSymbolBlock block, NDManager manager, NDList in) {
        return block.forward(new ParameterStore(manager, false), in, false);
    }

    private static double[] time(List<Way> ways) throws EngineFault {
        double[][] micros = new double[ways.size()][ROUNDS];
        for (Way way : ways) {
            runs(way, WARM_RUNS);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int way = 0; way < ways.size(); way++) {
                micros[way][round] = runs(ways.get(way), ROUND_RUNS);
            }
        }
        return Arrays.stream(micros)
                .mapToDouble(rounds -> {
                    Arrays.sort(rounds);
                    return rounds[ROUNDS / 2];
                })
                .toArray();
    }

    private static double runs(Way way, int runs) throws EngineFault {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            way.run();
        }
        return (System.nanoTime() - start) / 1_000.0 / runs;
    }
}
