package io.bellwether.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a program. It calls the method {@code forward} through DJL's native values and not through DJL's block:
 * the block leaks its native arguments whenever the program throws.
 */
final class TorchRunner implements ModelRunner {
    private final TorchModel model;
    private final DeviceClock clock;
    private @Nullable Thread optimizerSetFor;
    private volatile boolean closed;

    TorchRunner(TorchModel model) {
        this.model = model;
        this.clock = DeviceClock.of(model.source().device(), model.settings().intraOpThreads());
    }

    @Override
    public RunResult run(BatchBuffers in) throws EngineFault {
        if (closed) {
            throw TorchModel.closedFault(model.source());
        }
        DeclaredTensors.checkInputs(model.source(), in);
        DeviceClock.Reading start = clock.read();
        List<TensorBuffer> outputs = model.use((block, parent) -> forward(block, parent, in));
        DeviceClock.Reading end = clock.read();
        return new RunResult(outputs, clock.deviceNanos(start, end), end.wallNanos() - start.wallNanos());
    }

    private List<TensorBuffer> forward(PtSymbolBlock block, NDManager parent, BatchBuffers in) throws EngineFault {
        setOptimizerOfThisThread();
        IValue[] arguments = new IValue[in.inputs().size()];
        try (NDManager ofThisRun = parent.newSubManager()) {
            PtNDManager manager = (PtNDManager) ofThisRun;
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = IValue.from(array(manager, in.inputs().get(i)));
            }
            try (IValue answer = block.forward(arguments)) {
                return ProgramOutputs.copy(model.source(), in.items(), answer.toNDList(manager));
            }
        } catch (EngineException e) {
            throw EngineFaults.ofRun(model.source(), e);
        } catch (UnsupportedOperationException e) {
            throw EngineFaults.of(
                    EngineFault.Kind.OUTPUT_MISMATCH,
                    "model " + model.source().label() + " returns something else than tensors",
                    e);
        } finally {
            close(arguments);
        }
    }

    private static PtNDArray array(PtNDManager manager, TensorBuffer tensor) {
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        // A slice begins at the position: the native side reads from the first byte of the buffer it is given.
        return manager.create(tensor.data().slice(), new Shape(shape), DjlTypes.toDjl(tensor.type()));
    }

    /** The optimizer's switch in libtorch belongs to the thread. */
    private void setOptimizerOfThisThread() {
        Thread current = Thread.currentThread();
        if (optimizerSetFor != current) {
            JniUtils.setGraphExecutorOptimize(model.settings().graphOptimizer());
            optimizerSetFor = current;
        }
    }

    private static void close(@Nullable IValue[] arguments) {
        for (@Nullable IValue argument : arguments) {
            if (argument != null) {
                argument.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
