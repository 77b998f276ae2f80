package io.bellwether.engine;

/** A program in memory. Safe for use by several threads. Its weights are shared by its runners. */
public interface LoadedModel extends AutoCloseable {
    /** A runner for one instance thread. The caller closes it. */
    ModelRunner newRunner() throws EngineFault;

    /**
     * Frees the program. Runs that are under way end first; later ones fail with {@link EngineFault.Kind#CLOSED}. May be
     * called again.
     */
    @Override
    void close();
}
