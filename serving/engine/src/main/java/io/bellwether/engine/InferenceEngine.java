package io.bellwether.engine;

/** Loads programs. Safe for use by several threads. */
public interface InferenceEngine {
    /** Reads and checks the program. The caller closes what it gets. */
    LoadedModel load(ModelSource source) throws EngineFault;
}
