package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * How a request fits its model, found once when it arrives.
 *
 * @param rows size of its batch dimension
 * @param length extent of the dimension that varies; 0 when none does
 * @param inputs raw bytes of each declared input, in declared order; while {@code encoded}, one picture a row
 * @param outputs what the answer carries, in its order
 * @param tokens tokens that its texts were turned into; 0 when it brought none
 * @param encoded whether it holds encoded pictures, which are turned into the declared input just before it runs
 */
public record FittedRequest(
        int rows, int length, List<ByteString> inputs, List<Wanted> outputs, int tokens, boolean encoded) {
    public FittedRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * An output that is asked for.
     *
     * @param index of the declared output
     * @param topClasses so many of the highest values of a row instead of all values; 0 for all
     */
    public record Wanted(int index, int topClasses) {}

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
        return new FittedRequest(partRows, length, some, outputs, firstRow == 0 ? tokens : 0, encoded);
    }
}
