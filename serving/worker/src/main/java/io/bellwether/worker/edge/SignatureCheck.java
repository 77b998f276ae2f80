package io.bellwether.worker.edge;

import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.Shape;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Checks a normalised request against the signature of a model. Texts are those that clients of Triton test for. */
final class SignatureCheck {
    private final String model;
    private final ModelSpec spec;

    SignatureCheck(String model, ModelSpec spec) {
        this.model = model;
        this.spec = spec;
    }

    Decoded<FittedRequest> check(ModelInferRequest request) {
        Optional<Refusal> unknown = request.getInputsList().stream()
                .filter(input -> indexOf(spec.inputs(), input.getName()) < 0)
                .map(input -> Refusal.invalid(
                        "unexpected inference input '" + input.getName() + "' for model '" + model + "'"))
                .findFirst();
        if (unknown.isPresent()) {
            return unknown.get().as();
        }
        int[] order = new int[spec.inputs().size()];
        Arrays.fill(order, -1);
        for (int i = 0; i < request.getInputsCount(); i++) {
            int declared = indexOf(spec.inputs(), request.getInputs(i).getName());
            if (order[declared] >= 0) {
                return Refusal.invalid("input '" + request.getInputs(i).getName()
                                + "' is given more than once for model '" + model + "'")
                        .as();
            }
            order[declared] = i;
        }
        List<Integer> inputs = Arrays.stream(order).boxed().toList();
        return rows(request, order).then(rows -> outputs(request)
                .then(outputs -> Decoded.valid(new FittedRequest(rows, inputs, outputs))));
    }

    private Decoded<Integer> rows(ModelInferRequest request, int[] order) {
        long rows = -1;
        for (int i = 0; i < order.length; i++) {
            TensorSpec declared = spec.inputs().get(i);
            if (order[i] < 0) {
                return missing(request);
            }
            InferInputTensor input = request.getInputs(order[i]);
            if (!input.getDatatype().equals(declared.type().name())) {
                return Refusal.invalid("inference input '" + declared.name() + "' data-type is '" + input.getDatatype()
                                + "', but model '" + model + "' expects '" + declared.type() + "'")
                        .as();
            }
            List<Long> shape = input.getShapeList();
            if (shape.size() != declared.itemShape().size() + 1
                    || !shape.subList(1, shape.size()).equals(declared.itemShape())
                    || shape.get(0) < 1) {
                return shapeRefusal(declared, shape).as();
            }
            if (rows >= 0 && rows != shape.get(0)) {
                return Refusal.invalid(
                                "input '" + declared.name() + "' batch size does not match other inputs for model '"
                                        + model + "': " + shape.get(0) + " and " + rows)
                        .as();
            }
            rows = shape.get(0);
        }
        if (rows > spec.maxBatchSize()) {
            return Refusal.tooLarge("inference request batch-size must be <= " + spec.maxBatchSize() + " for '" + model
                            + "', is " + rows)
                    .as();
        }
        return Decoded.valid((int) rows);
    }

    private Decoded<List<Integer>> outputs(ModelInferRequest request) {
        if (request.getOutputsCount() == 0) {
            return Decoded.valid(
                    IntStream.range(0, spec.outputs().size()).boxed().toList());
        }
        List<Integer> wanted = new ArrayList<>();
        for (InferRequestedOutputTensor output : request.getOutputsList()) {
            int index = indexOf(spec.outputs(), output.getName());
            if (index < 0) {
                return Refusal.invalid(
                                "unexpected inference output '" + output.getName() + "' for model '" + model + "'")
                        .as();
            }
            if (!wanted.contains(index)) {
                wanted.add(index);
            }
        }
        return Decoded.valid(wanted);
    }

    private Decoded<Integer> missing(ModelInferRequest request) {
        List<String> given =
                request.getInputsList().stream().map(InferInputTensor::getName).toList();
        List<String> missing = spec.inputs().stream()
                .map(TensorSpec::name)
                .filter(name -> !given.contains(name))
                .toList();
        return Refusal.invalid(
                        "expected " + spec.inputs().size() + " inputs but got " + given.size() + " inputs for model '"
                                + model + "'. Got input(s) " + given + ", but missing required input(s) " + missing
                                + ". Please provide all required input(s).")
                .as();
    }

    private Refusal shapeRefusal(TensorSpec declared, List<Long> shape) {
        List<Long> expected = new ArrayList<>();
        expected.add(-1L);
        expected.addAll(declared.itemShape());
        return Refusal.invalid(
                "unexpected shape for input '" + declared.name() + "' for model '" + model + "'. Expected "
                        + Shape.text(expected) + ", got " + Shape.text(shape)
                        + ". NOTE: the first dimension is the batch dimension, from 1 to " + spec.maxBatchSize());
    }

    private static int indexOf(List<TensorSpec> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
