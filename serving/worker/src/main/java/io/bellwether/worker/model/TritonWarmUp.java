package io.bellwether.worker.model;

import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelInput;
import io.bellwether.protocol.oip.ModelWarmup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/** The warm-up samples of a {@code config.pbtxt}. */
final class TritonWarmUp {
    private final ModelConfig config;
    private final Findings findings;
    private final int line;

    TritonWarmUp(ModelConfig config, TritonText.Lines lines, Findings findings) {
        this.config = config;
        this.findings = findings;
        this.line = lines.of("model_warmup");
    }

    void translate(SpecNodes spec) {
        List<Node> samples = new ArrayList<>();
        for (int i = 0; i < config.getModelWarmupCount(); i++) {
            String path = "model_warmup[" + i + "]";
            ModelWarmup sample = config.getModelWarmup(i);
            if (sample.getInputsMap().values().stream()
                    .anyMatch(input -> !input.getInputDataFile().isEmpty())) {
                findings.note(
                        line,
                        path,
                        "is not used, because it has an input_data_file",
                        "give such a request as golden/NAME.request.json with its answer; it is sent before the version"
                                + " serves");
            } else if (fits(sample, path)) {
                samples.add(sample(sample));
            }
        }
        if (!samples.isEmpty()) {
            spec.put("warm_up", SpecNodes.list(samples, line));
        }
    }

    private boolean fits(ModelWarmup sample, String path) {
        Map<String, DataType> types = config.getInputList().stream()
                .collect(Collectors.toMap(ModelInput::getName, ModelInput::getDataType, (one, other) -> one));
        Set<String> given = sample.getInputsMap().keySet();
        if (!types.isEmpty() && !types.keySet().equals(given)) {
            findings.problem(
                    line,
                    path + ".inputs",
                    "does not name the inputs of the model",
                    "give one sample for each of " + new TreeSet<>(types.keySet()));
            return false;
        }
        for (String name : new TreeSet<>(given)) {
            DataType type = sample.getInputsOrThrow(name).getDataType();
            if (types.containsKey(name) && type != types.get(name)) {
                findings.problem(
                        line,
                        path + ".inputs",
                        "gives '" + name + "' the type " + type,
                        "write " + types.get(name) + ", as the input has it");
                return false;
            }
        }
        return true;
    }

    private Node sample(ModelWarmup sample) {
        SpecNodes node = new SpecNodes();
        if (!sample.getName().isEmpty()) {
            node.put("name", SpecNodes.text(sample.getName(), line));
        }
        // Both are unsigned in the file, and 0 stands for 1.
        node.put("rows", SpecNodes.number(Math.max(1, Integer.toUnsignedLong(sample.getBatchSize())), line));
        node.put("count", SpecNodes.number(Math.max(1, Integer.toUnsignedLong(sample.getCount())), line));
        List<Node> inputs = new ArrayList<>();
        new TreeMap<>(sample.getInputsMap()).forEach((name, input) -> {
            SpecNodes one = new SpecNodes();
            one.put("name", SpecNodes.text(name, line));
            one.put("shape", SpecNodes.numbers(input.getDimsList(), line));
            one.put("data", SpecNodes.text(input.getRandomData() ? "random" : "zero", line));
            inputs.add(one.mapping(line));
        });
        node.put("inputs", SpecNodes.list(inputs, line));
        return node.mapping(line);
    }
}
