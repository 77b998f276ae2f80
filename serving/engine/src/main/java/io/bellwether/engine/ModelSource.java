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
 * @param intraOpThreads threads inside one operation on the CPU, 1 to {@value #INTRA_OP_THREADS_MAX}
 */
public record ModelSource(
        String label,
        Path file,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        ComputeDevice device,
        int intraOpThreads) {
    /** Most threads inside one operation. */
    public static final int INTRA_OP_THREADS_MAX = 256;

    public ModelSource {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one input and one output");
        }
        if (intraOpThreads < 1 || intraOpThreads > INTRA_OP_THREADS_MAX) {
            throw new IllegalArgumentException(
                    "intraOpThreads must be 1 to " + INTRA_OP_THREADS_MAX + " but is " + intraOpThreads);
        }
    }

    /** With one thread inside an operation. */
    public ModelSource(
            String label, Path file, List<TensorSpec> inputs, List<TensorSpec> outputs, ComputeDevice device) {
        this(label, file, inputs, outputs, device, 1);
    }
}
