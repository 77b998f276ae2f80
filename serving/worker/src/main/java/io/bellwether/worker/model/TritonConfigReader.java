package io.bellwether.worker.model;

import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelVersionPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code config.pbtxt}, the model configuration of Triton, and says the same as a {@code model.yaml}. What would change
 * answers and is not offered is a problem; what only tunes is a note.
 */
final class TritonConfigReader {
    /** Name of the file. */
    static final String FILE = "config.pbtxt";

    private static final Set<String> TORCH = Set.of("pytorch", "pytorch_libtorch", "pytorch_torchscript");
    private static final Set<String> ONNX = Set.of("onnxruntime", "onnxruntime_onnx");
    private static final Set<String> THREADS = Set.of("INTRA_OP_THREAD_COUNT", "intra_op_thread_count");
    private static final String ENSEMBLE = "ensemble";
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("inputs", "input"),
            Map.entry("outputs", "output"),
            Map.entry("shape", "dims"),
            Map.entry("datatype", "data_type"),
            Map.entry("instances", "instance_group.count"),
            Map.entry("queue_requests_max", "dynamic_batching.default_queue_policy.max_queue_size"),
            Map.entry("timeout_millis", "dynamic_batching.default_queue_policy.default_timeout_microseconds"),
            Map.entry("intra_op_threads", "parameters"),
            Map.entry("versions", "version_policy"),
            Map.entry("program", "default_model_filename"),
            Map.entry("warm_up", "model_warmup"),
            Map.entry("rows", "batch_size"),
            Map.entry("class_labels", "label_filename"),
            Map.entry("device", "instance_group.kind"),
            Map.entry("gpu", "KIND_GPU"),
            Map.entry("cpu", "KIND_CPU"));
    private static final Map<String, String> WORDS = words();

    private final ModelConfig config;
    private final TritonText.Lines lines;
    private final Findings findings;
    private final SpecNodes spec = new SpecNodes();

    private TritonConfigReader(TritonText text, Findings findings) {
        this.config = text.config();
        this.lines = text.lines();
        this.findings = findings;
    }

    /**
     * Reads the text.
     *
     * @param model name of the model's folder, which the file must not contradict
     */
    static Description read(String text, String model) {
        Findings findings = new Findings();
        Optional<TritonText> parsed = TritonText.parse(text, findings);
        Optional<SpecProblem> foreign = parsed.flatMap(TritonConfigReader::foreignBackend);
        if (foreign.isPresent()) {
            // Of what never runs here nothing else is worth saying.
            return new Description(FILE, Optional.empty(), List.of(foreign.get()), List.of(), WORDS);
        }
        Optional<Node> root = parsed.map(one -> new TritonConfigReader(one, findings).translate(model));
        return new Description(FILE, root, findings.problems(), findings.notes(), WORDS);
    }

    private static Map<String, String> words() {
        Map<String, String> words = new HashMap<>(KEYS);
        for (DataType type : DataType.values()) {
            if (type != DataType.UNRECOGNIZED) {
                words.put(TritonTensors.word(type), type.name());
            }
        }
        return words;
    }

    private static Optional<SpecProblem> foreignBackend(TritonText text) {
        String field = text.config().getBackend().isEmpty() ? "platform" : "backend";
        String word = text.config().getBackend().isEmpty()
                ? text.config().getPlatform()
                : text.config().getBackend();
        if (word.isEmpty() || TORCH.contains(word) || ONNX.contains(word)) {
            return Optional.empty();
        }
        String fix = word.equals(ENSEMBLE)
                ? TritonAdvice.INSTEAD_OF_ENSEMBLE
                : "export the model as TorchScript (backend: \"pytorch\") or ONNX (backend: \"onnxruntime\")";
        return Optional.of(
                new SpecProblem(text.lines().of(field), field, "is '" + word + "', which is not offered", fix));
    }

    private Node translate(String model) {
        if (!config.getName().isEmpty() && !config.getName().equals(model)) {
            findings.problem(
                    lines.of("name"),
                    "name",
                    "is '" + config.getName() + "'",
                    "write the name of the folder, '" + model + "', or leave it out");
        }
        boolean torch = program();
        new TritonTensors(config, lines, findings, torch).translate(spec);
        new TritonScheduling(config, lines, findings).translate(spec);
        new TritonWarmUp(config, lines, findings).translate(spec);
        versions();
        parameters();
        extras();
        return spec.mapping(0);
    }

    /** Which file runs on which engine. Returns whether it is certainly TorchScript. */
    private boolean program() {
        String word = config.getBackend().isEmpty() ? config.getPlatform() : config.getBackend();
        String field = config.getBackend().isEmpty() ? "platform" : "backend";
        boolean torch = TORCH.contains(word);
        boolean onnx = ONNX.contains(word);
        String file = config.getDefaultModelFilename();
        if (!file.isEmpty() && ((torch && file.endsWith(".onnx")) || (onnx && !file.endsWith(".onnx")))) {
            findings.problem(
                    lines.of("default_model_filename"),
                    "default_model_filename",
                    "is '" + file + "', which does not fit " + field + " '" + word + "'",
                    "name an ONNX graph *.onnx and a TorchScript program otherwise, for example *.pt");
        }
        if (!file.isEmpty()) {
            spec.put("program", SpecNodes.text(file, lines.of("default_model_filename")));
        } else if (torch || onnx) {
            spec.put("program", SpecNodes.text(torch ? "model.pt" : "model.onnx", lines.of(field)));
        }
        if (!config.getRuntime().isEmpty()) {
            findings.note(lines.of("runtime"), "runtime", "is not used", "the file of the model decides what runs it");
        }
        return torch;
    }

    private void versions() {
        ModelVersionPolicy policy = config.getVersionPolicy();
        int line = lines.of("version_policy");
        switch (policy.getPolicyChoiceCase()) {
            case ALL -> spec.put("versions", SpecNodes.text("all", line));
            case SPECIFIC ->
                spec.put("versions", SpecNodes.numbers(policy.getSpecific().getVersionsList(), line));
            case LATEST -> latest(Math.max(1, policy.getLatest().getNumVersions()), line);
            case POLICYCHOICE_NOT_SET -> latest(1, line);
        }
    }

    private void latest(int count, int line) {
        SpecNodes latest = new SpecNodes();
        latest.put("latest", SpecNodes.number(count, line));
        spec.put("versions", latest.mapping(line));
    }

    private void parameters() {
        List<String> keys = List.copyOf(config.getParametersMap().keySet());
        int line = lines.of("parameters");
        for (String key : keys) {
            String value = config.getParametersOrThrow(key).getStringValue();
            if (THREADS.contains(key) && value.matches("[0-9]{1,4}")) {
                spec.put("intra_op_threads", SpecNodes.number(Long.parseLong(value), line));
            } else {
                findings.note(line, "parameters", "has '" + key + "', which is not used", "set nothing in its place");
            }
        }
    }

    private void extras() {
        if (config.getModelTransactionPolicy().getDecoupled()) {
            findings.problem(
                    lines.of("model_transaction_policy"),
                    "model_transaction_policy.decoupled",
                    "is true",
                    "one answer for each request is offered; export a program that returns all of it at once");
        }
        if (config.getResponseCache().getEnable()) {
            findings.note(
                    lines.of("response_cache"),
                    "response_cache.enable",
                    "is true",
                    "answers are not kept; every request is computed");
        }
    }
}
