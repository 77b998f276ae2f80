package io.bellwether.worker.model;

import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Writes what is in effect for a model as the text of a {@code model.yaml} that says the same. */
public final class ModelYaml {
    private static final int WIDTH = 120;
    private static final String AUTO = "auto";

    private ModelYaml() {}

    public static String write(ParsedSpec.Valid valid) {
        ModelSpec spec = valid.spec();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("max_batch_size", spec.maxBatchSize());
        root.put("inputs", tensors(spec.inputs()));
        root.put("outputs", tensors(spec.outputs()));
        Parallelism parallelism = spec.parallelism();
        root.put("instances", parallelism.instancesAuto() ? AUTO : parallelism.instances());
        root.put("intra_op_threads", parallelism.intraOpThreadsAuto() ? AUTO : parallelism.intraOpThreads());
        root.put("device", word(spec.device()));
        root.put("queue_requests_max", spec.queueRequestsMax());
        root.put("timeout_millis", spec.timeoutMillis());
        root.put("versions", versions(valid.layout().versions()));
        valid.layout().program().ifPresent(program -> root.put("program", program));
        spec.prediction().ifPresent(prediction -> root.put("prediction", prediction(prediction)));
        if (!spec.features().isEmpty()) {
            root.put(
                    "features", spec.features().stream().map(ModelYaml::feature).toList());
        }
        if (!spec.labels().isEmpty()) {
            root.put("labels", new TreeMap<>(spec.labels()));
        }
        spec.classLabels().ifPresent(file -> root.put("class_labels", file));
        root.put("nan_policy", spec.nanPolicy() == NanPolicy.NULL ? null : word(spec.nanPolicy()));
        kind(spec.kind(), root);
        hosting(spec.hosting(), root);
        return new Dump(DumpSettings.builder().setWidth(WIDTH).build()).dumpToString(root);
    }

    private static void kind(ModelKind kind, Map<String, Object> root) {
        if (kind instanceof ModelKind.TextEmbedding text) {
            Map<String, Object> node = texts(text.input());
            node.put("pooling", word(text.pooling()));
            node.put("normalize", text.normalize());
            root.put("text_embedding", node);
        } else if (kind instanceof ModelKind.TextClassification text) {
            Map<String, Object> node = texts(text.input());
            node.put("scores", word(text.scores()));
            root.put("text_classification", node);
        } else if (kind instanceof ModelKind.ImageClassification image) {
            Map<String, Object> node = new LinkedHashMap<>();
            if (!image.input().mean().isEmpty()) {
                node.put("mean", image.input().mean());
            }
            if (!image.input().std().isEmpty()) {
                node.put("std", image.input().std());
            }
            node.put("channels", word(image.input().channels()));
            node.put("resize", word(image.input().resize()));
            node.put("pixels_max", image.input().pixelsMax());
            node.put("scores", word(image.scores()));
            root.put("image_classification", node);
        }
    }

    private static Map<String, Object> texts(ModelKind.Texts texts) {
        return ordered("tokenizer", texts.tokenizer(), "tokens_max", texts.tokensMax());
    }

    private static void hosting(Hosting hosting, Map<String, Object> root) {
        root.put("golden_tolerance", hosting.goldenTolerance());
        root.put("on_demand", hosting.onDemand());
        if (hosting.memoryMib() > 0) {
            root.put("memory_mib", hosting.memoryMib());
        }
        if (!hosting.warmUp().isEmpty()) {
            root.put("warm_up", hosting.warmUp().stream().map(ModelYaml::sample).toList());
        }
    }

    private static Map<String, Object> sample(WarmUpSample sample) {
        List<Map<String, Object>> inputs = sample.inputs().stream()
                .map(input -> ordered("name", input.name(), "shape", input.itemShape(), "data", word(input.data())))
                .toList();
        return ordered("name", sample.name(), "rows", sample.rows(), "count", sample.count(), "inputs", inputs);
    }

    private static List<Map<String, Object>> tensors(List<TensorSpec> tensors) {
        return tensors.stream()
                .map(tensor ->
                        ordered("name", tensor.name(), "datatype", tensor.type().name(), "shape", tensor.itemShape()))
                .toList();
    }

    private static Object versions(VersionPolicy policy) {
        if (policy instanceof VersionPolicy.Latest latest) {
            return ordered("latest", latest.count());
        }
        return policy instanceof VersionPolicy.Only only ? only.numbers() : "all";
    }

    private static Map<String, Object> prediction(PredictionSpec prediction) {
        if (prediction instanceof PredictionSpec.Score score) {
            return ordered("output", score.output(), "kind", "score", "edges", score.edges());
        }
        return ordered("output", prediction.output(), "kind", "classes");
    }

    private static Map<String, Object> feature(FeatureSpec feature) {
        return ordered(
                "name", feature.name(),
                "input", feature.input(),
                "summary", word(feature.summary()),
                "edges", feature.edges());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i].toString(), keysAndValues[i + 1]);
        }
        return map;
    }
}
