package io.bellwether.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.nn.SymbolBlock;
import ai.djl.onnxruntime.engine.OrtEngine;
import ai.djl.util.PairList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs ONNX graphs with ONNX Runtime, through DJL, on the CPU. Each model has its own session and threads. */
final class OnnxEngine implements InferenceEngine {
    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        if (source.device() != ComputeDevice.CPU) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "model " + source.label()
                            + " asks for a GPU and this build runs ONNX on the CPU only; set device: cpu in model.yaml");
        }
        Optional<TensorSpec> narrow = Stream.concat(source.inputs().stream(), source.outputs().stream())
                .filter(spec -> spec.type() == ElementType.INT16)
                .findFirst();
        if (narrow.isPresent()) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "model " + source.label() + " has the tensor '"
                            + narrow.get().name()
                            + "' of type INT16, which graphs cannot take or give here; add a Cast to INT32 in the graph");
        }
        if (!Files.isRegularFile(source.file())) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED, "model " + source.label() + " has no ONNX file to load");
        }
        Offline.set();
        Model model;
        try {
            model = Model.newInstance(source.label(), Device.cpu(), OrtEngine.ENGINE_NAME);
        } catch (EngineException | LinkageError e) {
            throw EngineFaults.of(
                    EngineFault.Kind.ENGINE_UNAVAILABLE,
                    "the ONNX engine cannot start; see the log of this process",
                    e);
        }
        try {
            Path file = source.file().toAbsolutePath();
            String threads = Integer.toString(source.intraOpThreads());
            model.load(
                    file.getParent(),
                    Objects.requireNonNull(file.getFileName()).toString(),
                    Map.of("intraOpNumThreads", threads, "interOpNumThreads", "1"));
            SymbolBlock block = (SymbolBlock) model.getBlock();
            checkInputNames(source, block.describeInput());
            return new OnnxModel(source, model, block);
        } catch (EngineFault fault) {
            model.close();
            throw fault;
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw EngineFaults.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "the file of model " + source.label() + " is not an ONNX graph that this engine can read"
                            + newerVersion(e),
                    e);
        }
    }

    /** What to do about a graph of a later ONNX than this engine knows. The runtime says so in its words only, below DJL's. */
    private static String newerVersion(Exception refusal) {
        Throwable cause = refusal.getCause() == null ? refusal : refusal.getCause();
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("opset")) {
            return ": its opset is newer than this engine knows; export it with an earlier one (opset_version)";
        }
        return said.contains("ir version")
                ? ": its IR version is newer than this engine knows; export it with an earlier version of ONNX"
                : "";
    }

    @Override
    public TextTokenizer tokenizer(Path file, int tokensMax) throws EngineFault {
        return HuggingFaceTextTokenizer.open(file, tokensMax);
    }

    private static void checkInputNames(ModelSource source, PairList<String, ?> graph) throws EngineFault {
        List<String> names = source.inputs().stream().map(TensorSpec::name).toList();
        if (names.size() != graph.size() || !names.containsAll(graph.keys())) {
            throw EngineFault.of(
                    EngineFault.Kind.LOAD_REFUSED,
                    "model " + source.label() + " takes the inputs " + graph.keys() + "; declared are " + names);
        }
    }
}
