package io.bellwether.engine;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engines of this process: a {@code .onnx} file is run by ONNX Runtime, any other by libtorch. ONNX Runtime is started by
 * the first model that needs it.
 */
public final class LocalEngines implements InferenceEngine {
    private static final String ONNX = ".onnx";

    private final TorchEngineSettings settings;
    private final OnnxEngine onnx = new OnnxEngine();

    private @Nullable TorchEngine torch;

    private LocalEngines(TorchEngineSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts libtorch at once, for a process that is to know early that it can.
     *
     * @throws EngineFault as {@link TorchEngine#start}
     */
    public static LocalEngines start(TorchEngineSettings settings) throws EngineFault {
        LocalEngines engines = startWhenNeeded(settings);
        TorchEngine unused = engines.torch();
        return engines;
    }

    /** Starts libtorch by the first model that needs it; what {@link #start} throws, the load of that model does. */
    public static LocalEngines startWhenNeeded(TorchEngineSettings settings) {
        Offline.set();
        return new LocalEngines(settings);
    }

    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        boolean graph =
                Objects.requireNonNull(source.file().getFileName()).toString().endsWith(ONNX);
        return graph ? onnx.load(source) : torch().load(source);
    }

    @Override
    public TextTokenizer tokenizer(Path file, int tokensMax) throws EngineFault {
        return HuggingFaceTextTokenizer.open(file, tokensMax);
    }

    private synchronized TorchEngine torch() throws EngineFault {
        if (torch == null) {
            torch = TorchEngine.start(settings);
        }
        return torch;
    }
}
