package io.bellwether.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * A declared input or output of a program.
 *
 * @param name for messages; TorchScript inputs go by position, in declared order
 * @param type element type
 * @param itemShape shape of one item, without the batch dimension; -1 where a dimension varies
 * @param batched whether items lie behind one another along a batch dimension in front; otherwise a tensor is one item
 */
public record TensorSpec(String name, ElementType type, List<Long> itemShape, boolean batched) {
    public TensorSpec {
        itemShape = List.copyOf(itemShape);
    }

    /** With a batch dimension. */
    public TensorSpec(String name, ElementType type, List<Long> itemShape) {
        this(name, type, itemShape, true);
    }

    /** Whether a dimension of an item varies. */
    public boolean varies() {
        return itemShape.contains(-1L);
    }

    /**
     * The declared shape of a whole tensor.
     *
     * @param items size of the batch dimension, where there is one; -1 for any
     */
    public List<Long> shape(long items) {
        return shape(items, itemShape);
    }

    /** The shape of a whole tensor whose items have this shape. */
    public List<Long> shape(long items, List<Long> ofItem) {
        if (!batched) {
            return ofItem;
        }
        List<Long> shape = new ArrayList<>(ofItem.size() + 1);
        shape.add(items);
        shape.addAll(ofItem);
        return shape;
    }

    /** The shape of one item of a tensor, from that of the whole. */
    public List<Long> itemOf(List<Long> shape) {
        return batched ? shape.subList(1, shape.size()) : shape;
    }
}
