package io.bellwether.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks what a program returned against what was declared, and copies it out of the memory of the engine into one direct
 * buffer for each output. The buffers grow to the largest output and are used again by every run of one runner; what is
 * larger than {@link #KEPT_BYTES_MAX} is not kept.
 */
final class ProgramOutputs {
    static final int KEPT_BYTES_MAX = 64 << 20;

    private final ModelSource source;
    private final ByteBuffer[] kept;

    ProgramOutputs(ModelSource source) {
        this.source = source;
        this.kept = new ByteBuffer[source.outputs().size()];
        Arrays.fill(kept, ByteBuffer.allocateDirect(0));
    }

    /** Shows arrays of types that the engine's binding has no word for. */
    interface ByteViews {
        /** Of an engine whose binding has a word for every type. */
        ByteViews NONE = (type, array) -> Optional.empty();

        /**
         * The bytes of the array as UINT8, in a dimension behind the others; empty when the array shows itself.
         *
         * @throws EngineException when the array is not of that type
         */
        Optional<NDArray> of(ElementType type, NDArray array);
    }

    /** The outputs, until the next copy. */
    List<TensorBuffer> copy(int items, NDList returned, ByteViews views) throws EngineFault {
        List<TensorSpec> declared = source.outputs();
        if (returned.size() != declared.size()) {
            throw mismatch("returns " + returned.size() + " tensors; " + declared.size() + " outputs are declared");
        }
        List<TensorBuffer> copies = new ArrayList<>(declared.size());
        for (int i = 0; i < declared.size(); i++) {
            copies.add(copy(i, items, output(declared.get(i), i, returned), views));
        }
        return copies;
    }

    /** A program that returns a dictionary is read by name, any other by position. */
    private NDArray output(TensorSpec spec, int position, NDList returned) throws EngineFault {
        if (returned.get(position).getName() == null) {
            return returned.get(position);
        }
        Optional<NDArray> named = returned.stream()
                .filter(array -> spec.name().equals(array.getName()))
                .findFirst();
        if (named.isEmpty()) {
            throw mismatch("returns a dictionary without the declared output '" + spec.name() + "'");
        }
        return named.get();
    }

    private TensorBuffer copy(int output, int items, NDArray array, ByteViews views) throws EngineFault {
        TensorSpec spec = source.outputs().get(output);
        Optional<NDArray> bytes = bytes(spec, array, views);
        if (bytes.isEmpty() && array.getDataType() != DjlTypes.toDjl(spec.type())) {
            throw anotherType(spec);
        }
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        if (!DeclaredTensors.fits(spec, items, shape)) {
            throw mismatch(
                    "returns shape " + shape + " for output '" + spec.name() + "'; declared is " + spec.shape(items));
        }
        ByteBuffer inNativeMemory = bytes.orElse(array).toByteBuffer(true);
        ByteBuffer copy = buffer(output, inNativeMemory.remaining());
        copy.put(inNativeMemory).flip();
        return new TensorBuffer(spec.type(), shape, copy);
    }

    private Optional<NDArray> bytes(TensorSpec spec, NDArray array, ByteViews views) throws EngineFault {
        try {
            return views.of(spec.type(), array);
        } catch (EngineException e) {
            throw anotherType(spec);
        }
    }

    private EngineFault anotherType(TensorSpec spec) {
        return mismatch(
                "returns elements for output '" + spec.name() + "' that are not of the declared type " + spec.type());
    }

    private ByteBuffer buffer(int output, int bytes) {
        ByteBuffer buffer = kept[output];
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
            if (bytes <= KEPT_BYTES_MAX) {
                kept[output] = buffer;
            }
        }
        // A view of its own: the caller may move position and limit.
        return buffer.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    private EngineFault mismatch(String what) {
        return EngineFault.of(EngineFault.Kind.OUTPUT_MISMATCH, "model " + source.label() + " " + what);
    }
}
