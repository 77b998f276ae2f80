package io.bellwether.worker.model;

import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelInput;
import io.bellwether.protocol.oip.ModelOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** The tensors and the batch dimension of a {@code config.pbtxt}. */
final class TritonTensors {
    private static final Pattern POSITIONED = Pattern.compile(".{1,120}__([0-9]{1,4})");

    private final ModelConfig config;
    private final TritonText.Lines lines;
    private final Findings findings;
    private final boolean torch;

    /**
     * @param torch whether the program is TorchScript, whose tensors go by position
     */
    TritonTensors(ModelConfig config, TritonText.Lines lines, Findings findings, boolean torch) {
        this.config = config;
        this.lines = lines;
        this.findings = findings;
        this.torch = torch;
    }

    /** A tensor of either list. */
    private record Tensor(String name, DataType type, List<Long> dims, int line) {}

    void translate(SpecNodes spec) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < config.getInputCount(); i++) {
            ModelInput input = config.getInput(i);
            TritonText.Lines of = lines.in("input", i, config.getInputCount());
            checkInput(input, of, "input[" + i + "]");
            inputs.add(new Tensor(input.getName(), input.getDataType(), input.getDimsList(), line(of, "input")));
        }
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < config.getOutputCount(); i++) {
            ModelOutput output = config.getOutput(i);
            TritonText.Lines of = lines.in("output", i, config.getOutputCount());
            checkOutput(output, of, "output[" + i + "]");
            outputs.add(new Tensor(output.getName(), output.getDataType(), output.getDimsList(), line(of, "output")));
        }
        int line = lines.of("max_batch_size");
        // Where the file says nothing of shapes the graph does, batch dimension included.
        if (line > 0 || !inputs.isEmpty() || !outputs.isEmpty()) {
            spec.put("max_batch_size", SpecNodes.number(config.getMaxBatchSize(), line));
        }
        put(spec, "inputs", "input", inputs);
        put(spec, "outputs", "output", outputs);
        labels(spec);
    }

    /** One file names the classes of a model; a second one would name the wrong ones. */
    private void labels(SpecNodes spec) {
        List<String> files = config.getOutputList().stream()
                .map(ModelOutput::getLabelFilename)
                .filter(file -> !file.isEmpty())
                .distinct()
                .toList();
        for (int i = 0; i < config.getOutputCount(); i++) {
            ModelOutput output = config.getOutput(i);
            if (output.getLabelFilename().isEmpty()) {
                continue;
            }
            int line = lines.in("output", i, config.getOutputCount()).of("label_filename");
            if (files.size() > 1) {
                unusedLabels(
                        line,
                        i,
                        "the outputs name different files",
                        "keep one label_filename; the others' classes go by index");
            } else if (output.getDimsList().contains(-1L)) {
                unusedLabels(line, i, "its dims are open", "write the number of classes in dims");
            } else {
                spec.putOnce("class_labels", SpecNodes.text(output.getLabelFilename(), line));
            }
        }
    }

    private void unusedLabels(int line, int output, String why, String fix) {
        findings.note(line, "output[" + output + "].label_filename", "is not used, because " + why, fix);
    }

    private int line(TritonText.Lines of, String list) {
        int dims = of.of("dims");
        return dims > 0 ? dims : lines.of(list);
    }

    private void put(SpecNodes spec, String key, String list, List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            return;
        }
        List<Node> nodes = new ArrayList<>();
        for (Tensor tensor : torch ? byPosition(list, tensors) : tensors) {
            nodes.add(SpecNodes.tensor(
                    tensor.name(),
                    word(tensor.type()),
                    SpecNodes.numbers(tensor.dims(), tensor.line()),
                    tensor.line()));
        }
        spec.put(key, SpecNodes.list(nodes, lines.of(list)));
    }

    /** The name of the type in a {@code model.yaml}. */
    static String word(DataType type) {
        return type == DataType.TYPE_STRING ? "BYTES" : type.name().replace("TYPE_", "");
    }

    /** In the order of the numbers behind {@code __}, as the program takes them. */
    private List<Tensor> byPosition(String list, List<Tensor> tensors) {
        List<Matcher> names = tensors.stream()
                .map(tensor -> POSITIONED.matcher(tensor.name()))
                .toList();
        long positioned = names.stream().filter(Matcher::matches).count();
        if (positioned == 0) {
            if (tensors.size() > 1) {
                findings.note(
                        lines.of(list),
                        list,
                        "has names without a position",
                        "the program gets its tensors in the order of this file; use names such as "
                                + list.toUpperCase(Locale.ROOT) + "__0 to say it");
            }
            return tensors;
        }
        List<Tensor> sorted = tensors.stream()
                .sorted(Comparator.comparingInt(TritonTensors::position))
                .toList();
        for (int i = 0; i < sorted.size(); i++) {
            if (position(sorted.get(i)) != i) {
                findings.problem(
                        lines.of(list),
                        list,
                        "has names whose numbers are not 0 to " + (sorted.size() - 1),
                        "number the tensors from __0 without a gap, in the order of the program");
                return tensors;
            }
        }
        return sorted;
    }

    private static int position(Tensor tensor) {
        Matcher name = POSITIONED.matcher(tensor.name());
        return name.matches() ? Integer.parseInt(name.group(1)) : Integer.MAX_VALUE;
    }

    private void checkInput(ModelInput input, TritonText.Lines of, String path) {
        if (input.getFormat() != ModelInput.Format.FORMAT_NONE) {
            findings.note(of.of("format"), path + ".format", "is not used", "dims say the order of the dimensions");
        }
        refuse(input.hasReshape(), of.of("reshape"), path + ".reshape");
        refuse(input.getIsShapeTensor(), of.of("is_shape_tensor"), path + ".is_shape_tensor");
        refuse(input.getAllowRaggedBatch(), of.of("allow_ragged_batch"), path + ".allow_ragged_batch");
        refuse(input.getOptional(), of.of("optional"), path + ".optional");
    }

    private void checkOutput(ModelOutput output, TritonText.Lines of, String path) {
        refuse(output.hasReshape(), of.of("reshape"), path + ".reshape");
        refuse(output.getIsShapeTensor(), of.of("is_shape_tensor"), path + ".is_shape_tensor");
    }

    private void refuse(boolean set, int line, String path) {
        if (set) {
            findings.problem(
                    line,
                    path,
                    "is set, which is not offered",
                    "give dims as the program has them, and send every input");
        }
    }
}
