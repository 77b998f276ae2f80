package io.bellwether.worker.model;

import java.util.List;

/**
 * A request that a version has to answer before it serves.
 *
 * @param name for messages
 * @param rows size of the batch dimension; 1 for a model without one
 * @param count how often it is sent
 * @param inputs one for each input of the model, in the order of the model
 */
public record WarmUpSample(String name, int rows, int count, List<Input> inputs) {
    public WarmUpSample {
        inputs = List.copyOf(inputs);
    }

    /**
     * One of its inputs.
     *
     * @param itemShape without the batch dimension, every extent given
     * @param data what is in it
     */
    public record Input(String name, List<Long> itemShape, Data data) {
        public Input {
            itemShape = List.copyOf(itemShape);
        }
    }

    /** What is in a tensor. */
    public enum Data {
        /** Zeros. */
        ZERO,
        /** Floating-point numbers from 0 up to 1; of whole numbers 0 and 1, which every table of a program has. */
        RANDOM
    }
}
