package io.bellwether.worker.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code serving.properties}, the settings of a model in DJL Serving, and says the same as a {@code model.yaml}. What
 * would change answers and is not offered is a problem; what only tunes is a note.
 */
final class DjlPropertiesReader {
    /** Name of the file. */
    static final String FILE = "serving.properties";

    private static final int LINES_MAX = 4096;
    private static final int SHOWN_MAX = 40;
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
    private static final Map<String, String> WORDS = Map.of(
            "max_batch_size", "batch_size",
            "instances", "maxWorkers",
            "queue_requests_max", "job_queue_size",
            "intra_op_threads", "option.intraOpNumThreads",
            "program", "option.modelName",
            "device", "load_on_devices",
            "gpu", "a GPU",
            "cpu", "-1");
    private static final Set<String> ENGINE = Set.of("engine");
    private static final Set<String> DEVICES = Set.of("load_on_devices", "loadondevices");
    private static final Set<String> BATCH = Set.of("batch_size", "batchsize");
    private static final Set<String> WORKERS_MIN =
            Set.of("minworkers", "min_workers", "cpu.minworkers", "gpu.minworkers");
    private static final Set<String> WORKERS_MAX =
            Set.of("maxworkers", "max_workers", "cpu.maxworkers", "gpu.maxworkers");
    private static final Set<String> QUEUE = Set.of("job_queue_size", "queue_size", "jobqueuesize");
    private static final Set<String> THREADS = Set.of("option.intraopnumthreads", "option.numthreads");
    private static final Set<String> NAMES = Set.of("option.modelname", "option.model_name");
    private static final String TRANSLATOR =
            "remove it and let clients send and get tensors; Java classes are not loaded";
    private static final Map<String, String> REFUSED = Map.of(
            "option.modelid",
            "put the file of the model into this folder; nothing is downloaded",
            "option.model_id",
            "put the file of the model into this folder; nothing is downloaded",
            "option.s3url",
            "put the file of the model into this folder; nothing is downloaded",
            "option.entrypoint",
            "export the model as TorchScript or ONNX; Python programs are not run",
            "translatorfactory",
            TRANSLATOR,
            "option.translatorfactory",
            TRANSLATOR,
            "translator",
            TRANSLATOR,
            "option.translator",
            TRANSLATOR);
    private static final Map<String, String> NOTED = Map.of(
            "max_batch_delay", "a batch starts as soon as an instance is free, with all that waits then",
            "maxbatchdelay", "a batch starts as soon as an instance is free, with all that waits then",
            "max_idle_time", "instances stay",
            "maxidletime", "instances stay");

    private final Findings findings = new Findings();
    private final SpecNodes spec = new SpecNodes();
    private final List<Property> properties = new ArrayList<>();

    private DjlPropertiesReader() {}

    private record Property(String key, String value, int line) {
        boolean in(Set<String> keys) {
            return keys.contains(key.toLowerCase(Locale.ROOT));
        }
    }

    static Description read(String text) {
        DjlPropertiesReader reader = new DjlPropertiesReader();
        reader.split(text);
        Optional<SpecProblem> foreign = reader.foreignEngine();
        if (foreign.isPresent()) {
            // Of what never runs here nothing else is worth saying.
            return new Description(FILE, Optional.empty(), List.of(foreign.get()), List.of(), WORDS);
        }
        Node root = reader.translate();
        return new Description(FILE, Optional.of(root), reader.findings.problems(), reader.findings.notes(), WORDS);
    }

    private void split(String text) {
        List<String> lines = text.lines().limit(LINES_MAX).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
                continue;
            }
            int equals = line.indexOf('=');
            int colon = line.indexOf(':');
            int end = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
            if (end < 1 || line.endsWith("\\")) {
                findings.problem(i + 1, "", "is not key=value in one line", "write one key=value on each line");
                continue;
            }
            properties.add(new Property(
                    line.substring(0, end).strip(), line.substring(end + 1).strip(), i + 1));
        }
    }

    private Node translate() {
        String ending = find(ENGINE).filter(DjlPropertiesReader::isOnnx).isPresent() ? ".onnx" : ".pt";
        number(BATCH, "max_batch_size");
        number(QUEUE, "queue_requests_max");
        number(THREADS, "intra_op_threads");
        if (find(WORKERS_MAX).isPresent()) {
            number(WORKERS_MAX, "instances");
        } else {
            number(WORKERS_MIN, "instances");
        }
        device();
        find(NAMES).ifPresent(name -> {
            String file = name.value().endsWith(ending) ? name.value() : name.value() + ending;
            spec.put("program", SpecNodes.text(file, name.line()));
        });
        for (Property property : properties) {
            remark(property);
        }
        return spec.mapping(0);
    }

    private Optional<SpecProblem> foreignEngine() {
        return find(ENGINE)
                .filter(engine -> !engine.value().equalsIgnoreCase("pytorch") && !isOnnx(engine))
                .map(engine -> new SpecProblem(
                        engine.line(),
                        "engine",
                        "is '" + shown(engine.value()) + "', which is not offered",
                        "export the model as TorchScript (engine=PyTorch) or ONNX (engine=OnnxRuntime)"));
    }

    private static boolean isOnnx(Property engine) {
        return engine.value().equalsIgnoreCase("onnxruntime");
    }

    private void device() {
        find(DEVICES)
                .filter(devices -> !devices.value().equals("*"))
                .ifPresent(devices -> spec.put(
                        "device",
                        SpecNodes.text(
                                devices.value().equals("-1") || devices.value().equals("cpu") ? "cpu" : "gpu",
                                devices.line())));
    }

    private void number(Set<String> keys, String key) {
        find(keys)
                .ifPresent(property -> spec.put(
                        key,
                        WHOLE.matcher(property.value()).matches()
                                ? SpecNodes.number(Long.parseLong(property.value()), property.line())
                                : SpecNodes.text(shown(property.value()), property.line())));
    }

    private void remark(Property property) {
        String key = property.key().toLowerCase(Locale.ROOT);
        String advice = REFUSED.get(key);
        boolean read = property.in(BATCH)
                || property.in(QUEUE)
                || property.in(THREADS)
                || property.in(WORKERS_MIN)
                || property.in(WORKERS_MAX)
                || property.in(NAMES)
                || property.in(ENGINE)
                || property.in(DEVICES);
        if (advice != null) {
            findings.problem(property.line(), shown(property.key()), "is not offered", advice);
        } else if (!read) {
            findings.note(
                    property.line(),
                    shown(property.key()),
                    "is not used",
                    NOTED.getOrDefault(key, "set nothing in its place"));
        }
    }

    /** The last one counts, as in every properties file. */
    private Optional<Property> find(Set<String> keys) {
        return properties.stream().filter(property -> property.in(keys)).reduce((first, second) -> second);
    }

    private static String shown(String text) {
        return Printable.of(text, SHOWN_MAX);
    }
}
