package io.bellwether.gateway.inference;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;

/**
 * The size of a request for quotas: the elements of its input tensors, where each byte of a BYTES tensor counts as one, so
 * that long texts and large pictures weigh more than short and small ones.
 */
final class TensorElements {
    private static final String BYTES = "BYTES";

    private TensorElements() {}

    /**
     * @param request checked, with raw contents: so its shapes are those of its contents, and their product is in range
     */
    static long of(ModelInferRequest request) {
        long elements = 0;
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            elements += input.getDatatype().equals(BYTES)
                    ? request.getRawInputContents(i).size()
                    : product(input);
        }
        return elements;
    }

    private static long product(InferInputTensor input) {
        long product = 1;
        for (int i = 0; i < input.getShapeCount(); i++) {
            product *= input.getShape(i);
        }
        return product;
    }
}
