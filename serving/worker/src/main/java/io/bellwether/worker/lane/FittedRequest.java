package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * How a request fits its model, found once when it arrives.
 *
 * @param rows size of its batch dimension
 * @param length extent of the dimension that varies; 0 when none does
 * @param inputs raw bytes of each declared input, in declared order
 * @param outputOrder declared outputs that the answer carries, in the order of the answer
 * @param tokens tokens that its texts were turned into; 0 when it brought none
 */
public record FittedRequest(int rows, int length, List<ByteString> inputs, List<Integer> outputOrder, int tokens) {
    public FittedRequest {
        inputs = List.copyOf(inputs);
        outputOrder = List.copyOf(outputOrder);
    }
}
