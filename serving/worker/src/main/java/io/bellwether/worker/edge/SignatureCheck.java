package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.Shape;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.lane.FittedRequest.Wanted;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Checks a normalised request against the signature of a model. Texts are those that clients of Triton test for. */
public final class SignatureCheck {
    private final String model;
    private final ModelSpec spec;
    private final Optional<TextTokenizer> tokenizer;

    /**
     * @param tokenizer of a model that takes text
     */
    public SignatureCheck(String model, ModelSpec spec, Optional<TextTokenizer> tokenizer) {
        this.model = model;
        this.spec = spec;
        this.tokenizer = tokenizer;
    }

    /** How the request fits, or why it does not. */
    public Decoded<FittedRequest> check(ModelInferRequest request) {
        Optional<EncodedInput> encoded = spec.kind().encodedInput().map(name -> new EncodedInput(model, spec, name));
        if (encoded.isEmpty() || !encoded.get().isIn(request)) {
            return checkTensors(request);
        }
        return outputs(request).then(outputs -> encoded.get().rows(request).then(rows -> fit(rows, outputs)));
    }

    private Decoded<FittedRequest> fit(List<ByteString> rows, List<Wanted> outputs) {
        if (spec.kind() instanceof ImageClassification images) {
            return new ImageFit(model, spec, images).fit(rows, outputs);
        }
        return tokenizer
                .map(some -> new TextFit(model, spec, some).fit(rows, outputs))
                .orElseGet(() -> new Refusal(FailureReason.NOT_READY, "model '" + model + "' is not loaded").as());
    }

    private Decoded<FittedRequest> checkTensors(ModelInferRequest request) {
        Optional<Refusal> unknown = request.getInputsList().stream()
                .filter(input -> indexOf(spec.inputs(), input.getName()) < 0)
                .map(input -> Refusal.invalid("unexpected inference input '" + input.getName() + "' for model '" + model
                        + "'; it takes " + inputNames()))
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
        return extent(request, order).then(extent -> outputs(request)
                .then(outputs -> Decoded.valid(new FittedRequest(
                        extent.rows(),
                        extent.length(),
                        Arrays.stream(order)
                                .mapToObj(request::getRawInputContents)
                                .toList(),
                        outputs,
                        0,
                        false,
                        extent.itemShapes()))));
    }

    /** Rows, tokens of a text, and the shapes of items where they are open. */
    private record Extent(int rows, int length, List<List<Long>> itemShapes) {}

    private Decoded<Extent> extent(ModelInferRequest request, int[] order) {
        long rows = spec.batched() ? -1 : 1;
        long length = 0;
        boolean texts = spec.lengthMax() > 0;
        List<List<Long>> itemShapes = new ArrayList<>();
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
            if (!fits(declared, shape)) {
                return shapeRefusal(declared, shape).as();
            }
            itemShapes.add(declared.itemOf(shape));
            if (texts && declared.varies() && length > 0 && length != shape.get(1)) {
                return Refusal.invalid("the inputs of model '" + model + "' have " + length + " and " + shape.get(1)
                                + " tokens a row; give all of them the same shape")
                        .as();
            }
            length = texts && declared.varies() ? shape.get(1) : length;
            if (!spec.batched()) {
                continue;
            }
            if (rows >= 0 && rows != shape.get(0)) {
                return Refusal.invalid(
                                "input '" + declared.name() + "' batch size does not match other inputs for model '"
                                        + model + "': " + shape.get(0) + " and " + rows)
                        .as();
            }
            rows = shape.get(0);
        }
        if (rows > spec.requestRowsMax()) {
            return tooManyRows(model, spec, rows).as();
        }
        if (length > spec.lengthMax()) {
            return Refusal.tooLarge("model '" + model + "' takes at most " + spec.lengthMax()
                            + " tokens a row; given are " + length)
                    .as();
        }
        return Decoded.valid(new Extent((int) rows, (int) length, spec.isOpen() ? itemShapes : List.of()));
    }

    /** A text has a token at least; an open dimension of plain tensors may be 0. */
    private boolean fits(TensorSpec declared, List<Long> shape) {
        int behind = declared.batched() ? 1 : 0;
        if (shape.size() != declared.itemShape().size() + behind || (declared.batched() && shape.get(0) < 1)) {
            return false;
        }
        long least = spec.lengthMax() > 0 ? 1 : 0;
        for (int i = behind; i < shape.size(); i++) {
            long size = declared.itemShape().get(i - behind);
            if (size < 0 ? shape.get(i) < least : size != shape.get(i)) {
                return false;
            }
        }
        return true;
    }

    static Refusal tooManyRows(String model, ModelSpec spec, long rows) {
        return Refusal.tooLarge("inference request batch-size must be <= " + spec.requestRowsMax() + " for '" + model
                + "', is " + rows);
    }

    private Decoded<List<Wanted>> outputs(ModelInferRequest request) {
        if (request.getOutputsCount() == 0) {
            return Decoded.valid(IntStream.range(0, spec.answers().size())
                    .mapToObj(index -> new Wanted(index, 0))
                    .toList());
        }
        List<Wanted> wanted = new ArrayList<>();
        for (InferRequestedOutputTensor output : request.getOutputsList()) {
            int index = indexOf(spec.answers(), output.getName());
            if (index < 0) {
                return Refusal.invalid("unexpected inference output '" + output.getName() + "' for model '" + model
                                + "'; it gives " + names(spec.answers()))
                        .as();
            }
            InferParameter classes = output.getParametersMap().get(WireNames.PARAMETER_CLASSIFICATION);
            long top = classes == null ? 0 : Math.max(classes.getInt64Param(), classes.getUint64Param());
            if (classes != null && (top < 1 || top > Integer.MAX_VALUE)) {
                return Refusal.invalid("output '" + output.getName() + "' asks for a classification without a number of"
                                + " classes; expected a whole number above 0")
                        .as();
            }
            if (wanted.stream().noneMatch(other -> other.index() == index)) {
                wanted.add(new Wanted(index, (int) top));
            }
        }
        return Decoded.valid(wanted);
    }

    private Decoded<Extent> missing(ModelInferRequest request) {
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
        String note = declared.batched()
                ? "the first dimension is the batch dimension, from 1 to " + spec.requestRowsMax()
                : "the model has no batch dimension (max_batch_size is 0), and each request is one run";
        return Refusal.invalid(
                "unexpected shape for input '" + declared.name() + "' for model '" + model + "'. Expected "
                        + Shape.text(declared.shape(-1)) + ", got " + Shape.text(shape)
                        + ". NOTE: " + note);
    }

    private String inputNames() {
        return names(spec.inputs())
                + spec.kind().encodedInput().map(name -> " or [" + name + "]").orElse("");
    }

    /** At most 32, by the limit of a model.yaml. */
    private static List<String> names(List<TensorSpec> tensors) {
        return tensors.stream().map(TensorSpec::name).toList();
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
