package io.bellwether.worker.lane;

import java.util.List;

/**
 * How a request fits its model, found once when it arrives.
 *
 * @param rows size of its batch dimension
 * @param inputOrder for each declared input its position in the request
 * @param outputOrder declared outputs that the answer carries, in the order of the answer
 */
public record FittedRequest(int rows, List<Integer> inputOrder, List<Integer> outputOrder) {
    public FittedRequest {
        inputOrder = List.copyOf(inputOrder);
        outputOrder = List.copyOf(outputOrder);
    }
}
