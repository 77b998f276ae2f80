package io.bellwether.engine;

import java.util.List;

/**
 * A declared input or output of a program.
 *
 * @param name for messages; TorchScript inputs go by position, in declared order
 * @param type element type
 * @param itemShape shape of one item, without the batch dimension; -1 where a dimension varies
 */
public record TensorSpec(String name, ElementType type, List<Long> itemShape) {
    public TensorSpec {
        itemShape = List.copyOf(itemShape);
    }

    /** Whether a dimension of an item varies. */
    public boolean varies() {
        return itemShape.contains(-1L);
    }
}
