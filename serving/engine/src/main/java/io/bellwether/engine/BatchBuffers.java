package io.bellwether.engine;

import java.util.List;

/**
 * The inputs of one execution.
 *
 * @param items size of the batch dimension of every tensor, at least 1; 1 where there is none
 * @param inputs one for each declared input, in declared order
 */
public record BatchBuffers(int items, List<TensorBuffer> inputs) {
    public BatchBuffers {
        inputs = List.copyOf(inputs);
    }
}
