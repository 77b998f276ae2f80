package io.bellwether.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs TorchScript with libtorch, through DJL.
 *
 * <p>Offline: everything native comes from jars on the class path, is extracted once to a folder, and nothing is
 * downloaded or reported to anyone. libtorch is one for the process; the threads inside an operation belong to the thread that
 * runs the program, so each {@link ModelSource} has its own number.
 */
public final class TorchEngine implements InferenceEngine {
    /** Of threads that run no program. */
    private static final String INTRA_OP_THREADS = "ai.djl.pytorch.num_threads";

    private static final String INTER_OP_THREADS = "ai.djl.pytorch.num_interop_threads";

    private final TorchEngineSettings settings;

    private TorchEngine(TorchEngineSettings settings) {
        this.settings = settings;
    }

    /**
     * Loads the native library. Call it before any other use of DJL in the process. A second call gives another engine on the
     * same library.
     *
     * @throws EngineFault {@link EngineFault.Kind#ENGINE_UNAVAILABLE} when the native library cannot be used
     */
    public static TorchEngine start(TorchEngineSettings settings) throws EngineFault {
        Offline.set();
        System.setProperty(INTER_OP_THREADS, "1");
        if (System.getProperty(INTRA_OP_THREADS) == null) {
            System.setProperty(INTRA_OP_THREADS, "1");
        }
        settings.nativeCache()
                .ifPresent(folder -> System.setProperty(
                        "ENGINE_CACHE_DIR", folder.toAbsolutePath().toString()));
        try {
            Engine.getEngine(PtEngine.ENGINE_NAME);
        } catch (EngineException | LinkageError e) {
            throw EngineFaults.of(
                    EngineFault.Kind.ENGINE_UNAVAILABLE,
                    "the PyTorch engine cannot start; see the log of this process",
                    e);
        }
        return new TorchEngine(settings);
    }

    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        Device device = device(source);
        if (!Files.isRegularFile(source.file())) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED, "model " + source.label() + " has no TorchScript file to load");
        }
        Model model = Model.newInstance(source.label(), device, PtEngine.ENGINE_NAME);
        try {
            Path file = source.file().toAbsolutePath();
            model.load(file.getParent(), fileName(file), Map.of("mapLocation", "true"));
            PtSymbolBlock block = (PtSymbolBlock) model.getBlock();
            Optional<TorchCasts> casts =
                    TorchCasts.needs(source) ? Optional.of(TorchCasts.load(device)) : Optional.empty();
            return new TorchModel(source, model, block, settings, casts);
        } catch (EngineFault fault) {
            model.close();
            throw fault;
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw EngineFaults.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "the file of model " + source.label()
                            + " is not a TorchScript program that this engine can read; export it with torch.jit.save",
                    e);
        }
    }

    @Override
    public TextTokenizer tokenizer(Path file, int tokensMax) throws EngineFault {
        return HuggingFaceTextTokenizer.open(file, tokensMax);
    }

    private static String fileName(Path file) {
        @Nullable Path name = file.getFileName();
        if (name == null) {
            throw new IllegalArgumentException("a model file has a name");
        }
        return name.toString();
    }

    private static Device device(ModelSource source) throws EngineFault {
        if (source.device() == ComputeDevice.CPU) {
            return Device.cpu();
        }
        if (Engine.getEngine(PtEngine.ENGINE_NAME).getGpuCount() < 1) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "model " + source.label()
                            + " asks for a GPU and this worker has none; set device: cpu in model.yaml");
        }
        return Device.gpu();
    }
}
