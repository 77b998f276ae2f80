package io.bellwether.engine;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An ONNX graph in memory. One session serves all runners; runs share a read lock, closing takes the write lock, so it
 * waits for them. Inputs and outputs go by name.
 */
final class OnnxModel implements LoadedModel {
    private final ModelSource source;
    private final Model model;
    private final SymbolBlock block;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    OnnxModel(ModelSource source, Model model, SymbolBlock block) {
        this.source = source;
        this.model = model;
        this.block = block;
    }

    @Override
    public ModelRunner newRunner() throws EngineFault {
        life.readLock().lock();
        try {
            checkOpen(closed);
            return new Runner();
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    private void checkOpen(boolean isClosed) throws EngineFault {
        if (isClosed) {
            throw EngineFault.of(EngineFault.Kind.CLOSED, "model " + source.label() + " is unloaded");
        }
    }

    private List<TensorBuffer> forward(BatchBuffers in, ProgramOutputs outputs) throws EngineFault {
        try (NDManager ofThisRun = model.getNDManager().newSubManager()) {
            NDList arguments = new NDList(in.inputs().size());
            for (int i = 0; i < in.inputs().size(); i++) {
                TensorBuffer tensor = in.inputs().get(i);
                long[] shape =
                        tensor.shape().stream().mapToLong(Long::longValue).toArray();
                NDArray array =
                        ofThisRun.create(tensor.data().slice(), new Shape(shape), DjlTypes.toDjl(tensor.type()));
                array.setName(source.inputs().get(i).name());
                arguments.add(array);
            }
            NDList returned = block.forward(new ParameterStore(ofThisRun, false), arguments, false);
            returned.attach(ofThisRun);
            return outputs.copy(in.items(), declared(returned), ProgramOutputs.ByteViews.NONE);
        } catch (EngineException | IllegalArgumentException e) {
            throw EngineFaults.ofRun(source, e);
        }
    }

    /** The declared ones of what the graph returns; it may return more. */
    private NDList declared(NDList returned) throws EngineFault {
        NDList kept = new NDList();
        for (TensorSpec spec : source.outputs()) {
            NDArray found = returned.stream()
                    .filter(array -> spec.name().equals(array.getName()))
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                throw EngineFault.of(
                        EngineFault.Kind.OUTPUT_MISMATCH,
                        "model " + source.label() + " returns no output '" + spec.name() + "'; it returns "
                                + returned.stream().map(NDArray::getName).toList());
            }
            kept.add(found);
        }
        return kept;
    }

    /** One instance. Sessions of ONNX Runtime may be used by several threads. */
    private final class Runner implements ModelRunner {
        private final DeviceClock clock = DeviceClock.of(source.device(), source.intraOpThreads());
        private final ProgramOutputs outputs = new ProgramOutputs(source);
        private volatile boolean runnerClosed;

        @Override
        public RunResult run(BatchBuffers in) throws EngineFault {
            checkOpen(runnerClosed);
            DeclaredTensors.checkInputs(source, in);
            life.readLock().lock();
            try {
                checkOpen(closed);
                DeviceClock.Reading start = clock.read();
                List<TensorBuffer> answers = forward(in, outputs);
                DeviceClock.Reading end = clock.read();
                return new RunResult(answers, clock.deviceNanos(start, end), end.wallNanos() - start.wallNanos());
            } finally {
                life.readLock().unlock();
            }
        }

        @Override
        public void close() {
            runnerClosed = true;
        }
    }
}
