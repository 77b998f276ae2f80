package io.bellwether.engine;

/** Runs TorchScript with libtorch, through DJL. */
public final class TorchEngine implements InferenceEngine {
    private TorchEngine() {}

    /**
     * Loads the native library, offline. Call it before any other use of libtorch in the process.
     *
     * @throws EngineFault {@link EngineFault.Kind#ENGINE_UNAVAILABLE} when the native library cannot be used, or was
     *     started with other settings before
     */
    public static TorchEngine start(TorchEngineSettings settings) throws EngineFault {
        throw new UnsupportedOperationException();
    }

    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        throw new UnsupportedOperationException();
    }
}
