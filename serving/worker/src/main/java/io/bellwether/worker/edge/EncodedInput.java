package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.Shape;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.worker.model.ModelSpec;
import java.util.List;

/**
 * The input of texts or encoded pictures that clients may send instead of the tensors of the program: BYTES [n] or [n,1],
 * one a row.
 */
final class EncodedInput {
    private static final String BYTES = "BYTES";

    private final String model;
    private final ModelSpec spec;
    private final String name;

    EncodedInput(String model, ModelSpec spec, String name) {
        this.model = model;
        this.spec = spec;
        this.name = name;
    }

    /** Whether the request brings it; a tensor of the program may have the same name, but is not of BYTES. */
    boolean isIn(ModelInferRequest request) {
        boolean ambiguous =
                spec.inputs().stream().anyMatch(input -> input.name().equals(name));
        return request.getInputsList().stream()
                .anyMatch(input -> input.getName().equals(name)
                        && (!ambiguous || input.getDatatype().equals(BYTES)));
    }

    /** The elements of a request that brings it. */
    Decoded<List<ByteString>> rows(ModelInferRequest request) {
        if (request.getInputsCount() != 1) {
            return Refusal.invalid("input '" + name + "' of model '" + model
                            + "' goes alone; send either it or the tensors of the program")
                    .as();
        }
        InferInputTensor input = request.getInputs(0);
        if (!input.getDatatype().equals(BYTES)) {
            return Refusal.invalid("inference input '" + name + "' data-type is '" + input.getDatatype()
                            + "', but model '" + model + "' expects '" + BYTES + "'")
                    .as();
        }
        List<Long> shape = input.getShapeList();
        boolean column = shape.size() == 2 && shape.get(1) == 1;
        if (shape.isEmpty() || (shape.size() > 1 && !column) || shape.get(0) < 1) {
            return Refusal.invalid("unexpected shape for input '" + name + "' for model '" + model
                            + "'. Expected [-1] or [-1,1], one element a row, got " + Shape.text(shape))
                    .as();
        }
        return shape.get(0) > spec.requestRowsMax()
                ? SignatureCheck.tooManyRows(model, spec, shape.get(0)).as()
                : Decoded.valid(BytesTensor.elements(request.getRawInputContents(0)));
    }
}
