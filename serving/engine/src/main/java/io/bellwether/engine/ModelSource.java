package io.bellwether.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * What to load.
 *
 * @param label for messages, for instance {@code digits/2}
 * @param file the TorchScript file
 * @param inputs declared inputs, at least one, in the order of the program's parameters
 * @param outputs declared outputs, at least one, in the order in which the program returns them
 * @param device where it runs
 */
public record ModelSource(
        String label, Path file, List<TensorSpec> inputs, List<TensorSpec> outputs, ComputeDevice device) {
    public ModelSource {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one input and one output");
        }
    }
}
