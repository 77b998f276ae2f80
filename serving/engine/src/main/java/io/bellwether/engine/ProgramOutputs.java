package io.bellwether.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Checks what a program returned against what was declared, and copies it out of the memory of the engine. */
final class ProgramOutputs {
    private ProgramOutputs() {}

    static List<TensorBuffer> copy(ModelSource source, int items, NDList returned) throws EngineFault {
        List<TensorSpec> declared = source.outputs();
        if (returned.size() != declared.size()) {
            throw mismatch(
                    source, "returns " + returned.size() + " tensors; " + declared.size() + " outputs are declared");
        }
        List<TensorBuffer> copies = new ArrayList<>(declared.size());
        for (int i = 0; i < declared.size(); i++) {
            copies.add(copy(source, declared.get(i), items, output(source, declared.get(i), i, returned)));
        }
        return copies;
    }

    /** A program that returns a dictionary is read by name, any other by position. */
    private static NDArray output(ModelSource source, TensorSpec spec, int position, NDList returned)
            throws EngineFault {
        if (returned.get(position).getName() == null) {
            return returned.get(position);
        }
        Optional<NDArray> named = returned.stream()
                .filter(array -> spec.name().equals(array.getName()))
                .findFirst();
        if (named.isEmpty()) {
            throw mismatch(source, "returns a dictionary without the declared output '" + spec.name() + "'");
        }
        return named.get();
    }

    private static TensorBuffer copy(ModelSource source, TensorSpec spec, int items, NDArray array) throws EngineFault {
        DataType type = array.getDataType();
        if (type != DjlTypes.toDjl(spec.type())) {
            throw mismatch(
                    source,
                    "returns elements for output '" + spec.name() + "' that are not of the declared type "
                            + spec.type());
        }
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        if (!DeclaredTensors.fits(spec, items, shape)) {
            throw mismatch(
                    source,
                    "returns shape " + shape + " for output '" + spec.name() + "'; declared is "
                            + DeclaredTensors.expected(spec, items));
        }
        ByteBuffer inNativeMemory = array.toByteBuffer(true);
        ByteBuffer copy = ByteBuffer.allocateDirect(inNativeMemory.remaining());
        copy.put(inNativeMemory).flip();
        return new TensorBuffer(spec.type(), shape, copy.order(ByteOrder.LITTLE_ENDIAN));
    }

    private static EngineFault mismatch(ModelSource source, String what) {
        return EngineFault.of(EngineFault.Kind.OUTPUT_MISMATCH, "model " + source.label() + " " + what);
    }
}
