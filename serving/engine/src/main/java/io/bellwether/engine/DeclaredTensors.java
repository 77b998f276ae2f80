package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.util.List;

/** Compares tensors with their declaration, before native code sees them. */
final class DeclaredTensors {
    private DeclaredTensors() {}

    static void checkInputs(ModelSource source, BatchBuffers in) throws EngineFault {
        List<TensorSpec> declared = source.inputs();
        if (in.items() < 1 || in.inputs().size() != declared.size()) {
            throw mismatch(
                    source,
                    "takes " + declared.size() + " inputs and at least one item; given are "
                            + in.inputs().size() + " inputs and " + in.items() + " items");
        }
        for (int i = 0; i < declared.size(); i++) {
            check(source, declared.get(i), in.items(), in.inputs().get(i));
        }
    }

    private static void check(ModelSource source, TensorSpec spec, int items, TensorBuffer tensor) throws EngineFault {
        String input = "input '" + spec.name() + "' ";
        if (tensor.type() != spec.type()) {
            throw mismatch(source, input + "is declared " + spec.type() + "; given is " + tensor.type());
        }
        if (!fits(spec, items, tensor.shape())) {
            throw mismatch(
                    source, input + "is declared with shape " + spec.shape(items) + "; given is " + tensor.shape());
        }
        ByteBuffer data = tensor.data();
        long bytes = bytes(spec.type(), tensor.shape());
        if (!data.isDirect() || data.remaining() != bytes) {
            throw mismatch(
                    source,
                    input + "needs a direct buffer of " + bytes + " bytes; given is a "
                            + (data.isDirect() ? "direct" : "heap") + " buffer of " + data.remaining());
        }
    }

    /** Whether the shape is the declared one for so many items. */
    static boolean fits(TensorSpec spec, int items, List<Long> shape) {
        int behind = spec.batched() ? 1 : 0;
        if (shape.size() != spec.itemShape().size() + behind || (spec.batched() && shape.get(0) != items)) {
            return false;
        }
        for (int i = 0; i < spec.itemShape().size(); i++) {
            long declared = spec.itemShape().get(i);
            long given = shape.get(i + behind);
            if (given < 0 || (declared != -1 && declared != given)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Exact size in bytes.
     *
     * @throws ArithmeticException above 2^63 - 1
     */
    static long bytes(ElementType type, List<Long> shape) {
        long bytes = type.bytes();
        for (long dimension : shape) {
            bytes = Math.multiplyExact(bytes, dimension);
        }
        return bytes;
    }

    private static EngineFault mismatch(ModelSource source, String what) {
        return EngineFault.of(EngineFault.Kind.INPUT_MISMATCH, "model " + source.label() + ": " + what);
    }
}
