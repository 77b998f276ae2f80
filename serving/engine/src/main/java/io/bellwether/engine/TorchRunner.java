package io.bellwether.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.NativeResource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a program. It calls the method {@code forward} through DJL's native values and not through DJL's block:
 * the block leaks its native arguments whenever the program throws.
 *
 * <p>Runs share a memory manager. A run closes the arrays that it knows; DJL makes others where an output is not contiguous
 * or not on the CPU, and where a run fails. They go with the manager, which is replaced after a failure and after every
 * {@link #COPIED_BYTES_MAX} bytes of outputs.
 */
final class TorchRunner implements ModelRunner {
    private static final long COPIED_BYTES_MAX = 1 << 20;

    private final TorchModel model;
    private final DeviceClock clock;
    private final ProgramOutputs outputs;
    private @Nullable PtNDManager memory;
    private long copiedBytes;
    private @Nullable Thread preparedThread;
    private volatile boolean closed;

    TorchRunner(TorchModel model) {
        this.model = model;
        this.clock = DeviceClock.of(model.source().device(), model.source().intraOpThreads());
        this.outputs = new ProgramOutputs(model.source());
    }

    @Override
    public RunResult run(BatchBuffers in) throws EngineFault {
        if (closed) {
            throw TorchModel.closedFault(model.source());
        }
        DeclaredTensors.checkInputs(model.source(), in);
        DeviceClock.Reading start = clock.read();
        List<TensorBuffer> answers = model.use((block, parent) -> forward(block, parent, in));
        DeviceClock.Reading end = clock.read();
        return new RunResult(answers, clock.deviceNanos(start, end), end.wallNanos() - start.wallNanos());
    }

    private List<TensorBuffer> forward(PtSymbolBlock block, NDManager parent, BatchBuffers in) throws EngineFault {
        prepareThisThread();
        PtNDManager manager = memory(parent);
        PtNDArray[] arrays = new PtNDArray[in.inputs().size()];
        IValue[] arguments = new IValue[arrays.length];
        boolean kept = false;
        try {
            for (int i = 0; i < arguments.length; i++) {
                arrays[i] = array(manager, in.inputs().get(i));
                arguments[i] = argument(arrays[i], in.inputs().get(i).type());
            }
            List<TensorBuffer> copies = answers(block, arguments, manager, in.items());
            copies.forEach(copy -> copiedBytes += copy.data().remaining());
            kept = copiedBytes < COPIED_BYTES_MAX;
            return copies;
        } catch (EngineException e) {
            throw EngineFaults.ofRun(model.source(), e);
        } catch (UnsupportedOperationException e) {
            throw EngineFaults.of(
                    EngineFault.Kind.OUTPUT_MISMATCH,
                    "model " + model.source().label() + " returns something else than tensors",
                    e);
        } finally {
            close(arguments);
            close(arrays);
            if (!kept) {
                freeMemory();
            }
        }
    }

    private List<TensorBuffer> answers(PtSymbolBlock block, IValue[] arguments, PtNDManager manager, int items)
            throws EngineFault {
        try (IValue answer = block.forward(arguments);
                NDList returned = answer.toNDList(manager);
                NDList views = new NDList()) {
            return outputs.copy(items, returned, (type, array) -> view(type, (PtNDArray) array, manager, views));
        }
    }

    private IValue argument(PtNDArray array, ElementType type) {
        IValue value = IValue.from(array);
        if (!TorchCasts.needs(type)) {
            return value;
        }
        try (value) {
            return casts().fromBytes(type, value);
        }
    }

    /** What is made goes to the list too, which closes it. */
    private Optional<NDArray> view(ElementType type, PtNDArray array, PtNDManager manager, NDList views) {
        if (!TorchCasts.needs(type)) {
            return Optional.empty();
        }
        try (IValue tensor = IValue.from(array);
                IValue bytes = casts().toBytes(type, tensor)) {
            NDArray view = bytes.toTensor(manager);
            views.add(view);
            return Optional.of(view);
        }
    }

    private TorchCasts casts() {
        return model.casts().orElseThrow(() -> new IllegalStateException("the model was loaded without casts"));
    }

    private PtNDManager memory(NDManager parent) {
        PtNDManager manager = memory;
        if (manager == null) {
            manager = (PtNDManager) parent.newSubManager();
            memory = manager;
        }
        return manager;
    }

    private void freeMemory() {
        PtNDManager manager = memory;
        memory = null;
        copiedBytes = 0;
        if (manager != null) {
            manager.close();
        }
    }

    private static PtNDArray array(PtNDManager manager, TensorBuffer tensor) {
        boolean asBytes = TorchCasts.needs(tensor.type());
        int dimensions = tensor.shape().size();
        long[] shape = new long[dimensions + (asBytes ? 1 : 0)];
        for (int i = 0; i < dimensions; i++) {
            shape[i] = tensor.shape().get(i);
        }
        if (asBytes) {
            shape[dimensions] = tensor.type().bytes();
        }
        DataType type = asBytes ? DataType.UINT8 : DjlTypes.toDjl(tensor.type());
        // A slice begins at the position: the native side reads from the first byte of the buffer it is given.
        return manager.create(tensor.data().slice(), new Shape(shape), type);
    }

    /**
     * The optimizer's switch in libtorch belongs to the thread, and so does the number of threads in OpenMP: a thread that
     * does not set it gets a team as large as the machine, whose members spin between operations.
     */
    private void prepareThisThread() {
        Thread current = Thread.currentThread();
        if (preparedThread != current) {
            JniUtils.setGraphExecutorOptimize(model.settings().graphOptimizer());
            JniUtils.setNumThreads(model.source().intraOpThreads());
            preparedThread = current;
        }
    }

    private static void close(@Nullable NativeResource<?>[] resources) {
        for (@Nullable NativeResource<?> resource : resources) {
            if (resource != null) {
                resource.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        freeMemory();
    }
}
