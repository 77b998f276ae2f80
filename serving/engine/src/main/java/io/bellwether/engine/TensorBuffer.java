package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor of a whole batch.
 *
 * @param type element type
 * @param shape all dimensions; the first is the batch dimension
 * @param data the elements, row-major, little-endian, from position to limit: exactly product(shape) x bytes of the type.
 *     Inputs must be direct buffers. The engine reads them without moving position or limit and keeps no reference.
 */
public record TensorBuffer(ElementType type, List<Long> shape, ByteBuffer data) {
    public TensorBuffer {
        shape = List.copyOf(shape);
    }
}
