package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.program.OnnxGraph;
import io.bellwether.worker.program.OnnxGraph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** What an ONNX graph says of itself: to fill in what a description leaves out, and to compare it with the rest. */
final class GraphSignature {
    /** Rows in one forward of a graph whose first dimensions are open, when nobody says a number. */
    private static final int BATCH_SIZE_OF_OPEN = 8;

    private GraphSignature() {}

    /** The description with {@code inputs}, {@code outputs} and {@code max_batch_size} of the graph where it has none. */
    static Description complete(Description description, OnnxGraph graph) {
        Findings findings = new Findings();
        SpecNodes derived = new SpecNodes();
        boolean batched = !description.scalar("max_batch_size").equals(Optional.of("0"));
        if (!description.has("inputs")) {
            put(derived, "inputs", graph.inputs(), batched, findings);
        }
        if (!description.has("outputs")) {
            put(derived, "outputs", graph.outputs(), batched, findings);
        }
        if (!description.has("max_batch_size")) {
            derived.put("max_batch_size", SpecNodes.number(batchSize(graph), 0));
        }
        List<NodeTuple> all = new ArrayList<>();
        description.root().ifPresent(root -> all.addAll(((MappingNode) root).getValue()));
        all.addAll(((MappingNode) derived.mapping(0)).getValue());
        SpecNodes completed = new SpecNodes();
        all.forEach(completed::add);
        return new Description(
                description.file(),
                Optional.of(completed.mapping(0)),
                Stream.concat(description.problems().stream(), findings.problems().stream())
                        .toList(),
                Stream.concat(description.notes().stream(), findings.notes().stream())
                        .toList(),
                description.words());
    }

    /** What of the specification the graph contradicts, as sentences. */
    static List<String> contradictions(ModelSpec spec, OnnxGraph graph) {
        List<String> found = new ArrayList<>();
        compare("input", spec.inputs(), graph.inputs(), spec, found);
        compare("output", spec.outputs(), graph.outputs(), spec, found);
        List<String> declared = spec.inputs().stream().map(TensorSpec::name).toList();
        graph.inputs().stream()
                .map(Tensor::name)
                .filter(name -> !declared.contains(name))
                .forEach(name -> found.add("the graph takes an input '" + name + "', which is not declared; add it"));
        return found;
    }

    private static void put(SpecNodes into, String key, List<Tensor> tensors, boolean batched, Findings findings) {
        List<Node> nodes = new ArrayList<>();
        for (Tensor tensor : tensors) {
            Optional<List<Long>> dims = tensor.dims();
            if (dims.isEmpty() || (batched && dims.get().isEmpty())) {
                findings.problem(
                        0,
                        key,
                        "cannot be derived, because the graph does not give '" + tensor.name() + "' "
                                + (batched ? "a batch dimension" : "a shape"),
                        "list " + key + " in the description, or export the graph with shapes");
                return;
            }
            List<Long> shape = batched ? dims.get().subList(1, dims.get().size()) : dims.get();
            nodes.add(SpecNodes.tensor(tensor.name(), tensor.datatype(), SpecNodes.numbers(shape, 0), 0));
        }
        into.put(key, SpecNodes.list(nodes, 0));
    }

    /** 1 unless every tensor leaves its first dimension open. */
    private static int batchSize(OnnxGraph graph) {
        boolean open = Stream.concat(graph.inputs().stream(), graph.outputs().stream())
                .map(tensor -> tensor.dims().orElse(List.of()))
                .allMatch(dims -> !dims.isEmpty() && dims.get(0) == OnnxGraph.OPEN);
        return open ? BATCH_SIZE_OF_OPEN : 1;
    }

    private static void compare(
            String kind, List<TensorSpec> declared, List<Tensor> graph, ModelSpec model, List<String> found) {
        for (TensorSpec spec : declared) {
            Optional<Tensor> tensor =
                    graph.stream().filter(one -> one.name().equals(spec.name())).findFirst();
            String subject = kind + " '" + spec.name() + "'";
            if (tensor.isEmpty()) {
                found.add(subject + " is not in the graph; it has "
                        + graph.stream().map(Tensor::name).toList());
                continue;
            }
            String type = tensor.get().datatype();
            if (!type.equals(spec.type().name())) {
                found.add(subject + " is declared " + spec.type() + " and is " + type + " in the graph");
            } else if (spec.type() == ElementType.INT16) {
                found.add(
                        subject + " is INT16, which an ONNX graph cannot take or give here; add a Cast to INT32 to the"
                                + " graph, or export the model as TorchScript");
            }
            tensor.get().dims().ifPresent(dims -> compare(subject, spec, dims, model.maxBatchSize(), found));
        }
    }

    private static void compare(
            String subject, TensorSpec spec, List<Long> dims, int maxBatchSize, List<String> found) {
        List<Long> shape = spec.itemShape();
        int behind = spec.batched() ? 1 : 0;
        boolean fits = dims.size() == shape.size() + behind;
        for (int i = 0; fits && i < shape.size(); i++) {
            long size = dims.get(i + behind);
            fits = size == OnnxGraph.OPEN || size == shape.get(i);
        }
        if (!fits) {
            found.add(subject + " is declared with the shape " + shape
                    + (spec.batched() ? " behind the batch dimension" : " (max_batch_size is 0)") + " and has " + dims
                    + (spec.batched() ? " with it" : "") + " in the graph");
        } else if (spec.batched() && dims.get(0) != OnnxGraph.OPEN && (dims.get(0) != 1 || maxBatchSize != 1)) {
            found.add(subject + " takes batches of exactly " + dims.get(0) + " in the graph; "
                    + (dims.get(0) == 1 ? "set max_batch_size to 1 or " : "")
                    + "export it with a free first dimension");
        }
    }
}
