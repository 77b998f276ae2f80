package io.bellwether.engine;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A TorchScript program in memory. Runs share a read lock; closing takes the write lock, so it waits for them. */
final class TorchModel implements LoadedModel {
    private final ModelSource source;
    private final Model model;
    private final PtSymbolBlock block;
    private final TorchEngineSettings settings;
    private final Optional<TorchCasts> casts;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * @param casts there if some tensor of the model needs them
     */
    TorchModel(
            ModelSource source,
            Model model,
            PtSymbolBlock block,
            TorchEngineSettings settings,
            Optional<TorchCasts> casts) {
        this.source = source;
        this.model = model;
        this.block = block;
        this.settings = settings;
        this.casts = casts;
    }

    ModelSource source() {
        return source;
    }

    TorchEngineSettings settings() {
        return settings;
    }

    Optional<TorchCasts> casts() {
        return casts;
    }

    /** Work that needs the program in memory. */
    interface Use<R> {
        R with(PtSymbolBlock block, NDManager parent) throws EngineFault;
    }

    <R> R use(Use<R> use) throws EngineFault {
        life.readLock().lock();
        try {
            if (closed) {
                throw closedFault(source);
            }
            return use.with(block, model.getNDManager());
        } finally {
            life.readLock().unlock();
        }
    }

    static EngineFault closedFault(ModelSource source) {
        return EngineFault.of(EngineFault.Kind.CLOSED, "model " + source.label() + " is unloaded");
    }

    @Override
    public ModelRunner newRunner() throws EngineFault {
        return use((program, parent) -> new TorchRunner(this));
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                casts.ifPresent(TorchCasts::close);
                block.close();
                model.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
