package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor of a whole batch.
 *
 * @param type element type
 * @param shape all dimensions; the first is the batch dimension where the tensor is declared with one
 * @param data the elements, row-major, little-endian, from position to limit: exactly product(shape) x bytes of the type.
 *     Inputs must be direct buffers. The engine does not move position or limit and keeps no reference. The program works
 *     on this very memory and may write into it: fill it afresh before a second run.
 */
public record TensorBuffer(ElementType type, List<Long> shape, ByteBuffer data) {
    public TensorBuffer {
        shape = List.copyOf(shape);
    }
}
