package io.bellwether.worker.program;

import java.util.List;
import java.util.Optional;

/**
 * What an ONNX graph takes and gives.
 *
 * @param inputs those that a caller must bring; weights are not among them
 * @param outputs in the order of the graph
 * @param externalFiles names of the files beside it that hold weights
 */
public record OnnxGraph(List<Tensor> inputs, List<Tensor> outputs, List<String> externalFiles) {
    /** A dimension that the graph leaves open. */
    public static final long OPEN = -1;

    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        externalFiles = List.copyOf(externalFiles);
    }

    /**
     * An input or output.
     *
     * @param datatype its type in the words of the Open Inference Protocol; what ONNX calls it by number when there is none
     * @param dims all dimensions, {@link #OPEN} where the graph leaves one open; empty when the graph does not even say how
     *     many there are
     */
    public record Tensor(String name, String datatype, Optional<List<Long>> dims) {
        public Tensor {
            dims = dims.map(List::copyOf);
        }
    }
}
