package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Waiting;
import java.util.List;

/**
 * How a request fits its model, found once when it arrives.
 *
 * @param rows size of its batch dimension; 1 for a model without one
 * @param length tokens of its longest text; 0 for a model that takes no texts
 * @param inputs raw bytes of each declared input, in declared order; while {@code encoded}, one picture a row
 * @param outputs what the answer carries, in its order
 * @param tokens tokens that its texts were turned into; 0 when it brought none
 * @param encoded whether it holds encoded pictures, which are turned into the declared input just before it runs
 * @param itemShapes shape of an item of each declared input, where one of them is open; empty otherwise. Only requests that
 *     agree in them run together
 */
public record FittedRequest(
        int rows,
        int length,
        List<ByteString> inputs,
        List<Wanted> outputs,
        int tokens,
        boolean encoded,
        List<List<Long>> itemShapes) {
    public FittedRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        itemShapes = List.copyOf(itemShapes);
    }

    /** Of a model whose shapes are fixed, but for the tokens of texts. */
    public FittedRequest(
            int rows, int length, List<ByteString> inputs, List<Wanted> outputs, int tokens, boolean encoded) {
        this(rows, length, inputs, outputs, tokens, encoded, List.of());
    }

    /**
     * An output that is asked for.
     *
     * @param index of the declared output
     * @param topClasses so many of the highest values of a row instead of all values; 0 for all
     */
    public record Wanted(int index, int topClasses) {}

    /** How much work a row is, for the planner: tokens, or elements where the shape is open; otherwise 1. */
    int plannedLength() {
        long work = length;
        for (List<Long> shape : itemShapes) {
            long elements = 1;
            for (long size : shape) {
                elements = Math.min(elements * Math.min(size, Waiting.LENGTH_LIMIT), Waiting.LENGTH_LIMIT);
            }
            work += elements;
        }
        return (int) Math.max(1, Math.min(work, Waiting.LENGTH_LIMIT));
    }

    /** The same with its pictures decoded. */
    FittedRequest decodedTo(List<ByteString> tensors) {
        return new FittedRequest(rows, length, tensors, outputs, tokens, false);
    }

    /** Some of its rows. The first part has all the tokens: they are told once. */
    FittedRequest part(int firstRow, int partRows) {
        int endRow = firstRow + partRows;
        List<ByteString> some = encoded
                ? inputs.subList(firstRow, endRow)
                : inputs.stream()
                        .map(input -> input.substring(input.size() / rows * firstRow, input.size() / rows * endRow))
                        .toList();
        return new FittedRequest(partRows, length, some, outputs, firstRow == 0 ? tokens : 0, encoded, itemShapes);
    }
}
