package io.bellwether.engine;

/** Runs a program. For one thread at a time. */
public interface ModelRunner extends AutoCloseable {
    /** Runs one forward over the whole batch. After a fault the runner can be used again, unless it was closed. */
    RunResult run(BatchBuffers in) throws EngineFault;

    /** May be called again. */
    @Override
    void close();
}
