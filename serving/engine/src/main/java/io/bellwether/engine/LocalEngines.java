package io.bellwether.engine;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The engines of this process: a {@code .onnx} file is run by ONNX Runtime, any other by libtorch. libtorch is started at
 * once, ONNX Runtime by the first model that needs it.
 */
public final class LocalEngines implements InferenceEngine {
    private static final String ONNX = ".onnx";

    private final TorchEngine torch;
    private final OnnxEngine onnx;

    private LocalEngines(TorchEngine torch, OnnxEngine onnx) {
        this.torch = torch;
        this.onnx = onnx;
    }

    /**
     * Starts what the process can run.
     *
     * @throws EngineFault as {@link TorchEngine#start}
     */
    public static LocalEngines start(TorchEngineSettings settings) throws EngineFault {
        return new LocalEngines(TorchEngine.start(settings), new OnnxEngine());
    }

    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        boolean graph =
                Objects.requireNonNull(source.file().getFileName()).toString().endsWith(ONNX);
        return graph ? onnx.load(source) : torch.load(source);
    }

    @Override
    public TextTokenizer tokenizer(Path file, int tokensMax) throws EngineFault {
        return HuggingFaceTextTokenizer.open(file, tokensMax);
    }
}
