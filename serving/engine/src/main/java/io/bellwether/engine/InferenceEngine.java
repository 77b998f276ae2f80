package io.bellwether.engine;

import java.nio.file.Path;

/** Loads programs and what belongs to them. Safe for use by several threads. */
public interface InferenceEngine {
    /** Reads and checks the program. The caller closes what it gets. */
    LoadedModel load(ModelSource source) throws EngineFault;

    /**
     * Opens a tokenizer. The caller closes what it gets.
     *
     * @param tokensMax longest result; the rest of a longer text is cut off
     * @throws EngineFault {@link EngineFault.Kind#LOAD_REFUSED} when the file is missing or is no tokenizer
     */
    TextTokenizer tokenizer(Path file, int tokensMax) throws EngineFault;
}
