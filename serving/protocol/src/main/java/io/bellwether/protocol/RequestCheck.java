package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The one check of an inference request that does not need the model, used by both edges, so that REST and gRPC accept
 * and refuse alike. What it lets through has every tensor in {@code raw_input_contents}, each of exactly the size that
 * its shape and datatype say, and is within the limits.
 */
public final class RequestCheck {
    private RequestCheck() {}

    /**
     * Checks a request and brings typed contents into raw form. A request that is raw already comes back as the same
     * object, nothing copied.
     */
    public static Decoded<ModelInferRequest> normalise(ModelInferRequest request, ProtocolLimits limits) {
        Optional<Refusal> envelope = envelope(request, limits);
        if (envelope.isPresent()) {
            return envelope.get().as();
        }
        return request.getRawInputContentsCount() > 0 ? raw(request, limits) : typed(request, limits);
    }

    private static Optional<Refusal> envelope(ModelInferRequest request, ProtocolLimits limits) {
        Optional<Refusal> names = tooLong("model name", request.getModelName(), limits)
                .or(() -> tooLong("model version", request.getModelVersion(), limits))
                .or(() -> tooLong("id", request.getId(), limits))
                .or(() -> parameters("the request", request.getParametersMap(), limits));
        if (names.isPresent()) {
            return names;
        }
        if (request.getInputsCount() == 0) {
            return Optional.of(Refusal.invalid("the request has no inputs; expected at least one"));
        }
        if (request.getInputsCount() > limits.inputsMax()) {
            return Optional.of(Refusal.tooLarge("the request has " + request.getInputsCount() + " inputs; at most "
                    + limits.inputsMax() + " are allowed"));
        }
        return ReservedParameters.check(request.getParametersMap())
                .or(() -> inputs(request.getInputsList(), limits))
                .or(() -> outputs(request.getOutputsList(), limits));
    }

    private static Optional<Refusal> inputs(List<InferInputTensor> inputs, ProtocolLimits limits) {
        Set<String> names = inputs.size() > 1 ? new HashSet<>() : null;
        for (InferInputTensor input : inputs) {
            if (names != null && !names.add(input.getName())) {
                return Optional.of(Refusal.invalid(label(input) + " is given twice"));
            }
            Map<String, InferParameter> parameters = input.getParametersMap();
            Optional<Refusal> refusal =
                    parameters.isEmpty() ? Optional.empty() : parameters(label(input), parameters, limits);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static String label(InferInputTensor input) {
        return TensorHead.label(TensorHead.shortened(input.getName()));
    }

    private static Optional<Refusal> outputs(List<InferRequestedOutputTensor> outputs, ProtocolLimits limits) {
        if (outputs.isEmpty()) {
            return Optional.empty();
        }
        if (outputs.size() > limits.inputsMax()) {
            return Optional.of(Refusal.tooLarge("the request asks for " + outputs.size() + " outputs; at most "
                    + limits.inputsMax() + " are allowed"));
        }
        Map<String, Map<String, InferParameter>> asked = new HashMap<>();
        for (InferRequestedOutputTensor output : outputs) {
            String label = "output '" + TensorHead.shortened(output.getName()) + "'";
            Optional<Refusal> refusal = tooLong(label, output.getName(), limits)
                    .or(() -> parameters(label, output.getParametersMap(), limits))
                    .or(() -> ReservedParameters.checkOutput(label, output.getParametersMap()));
            if (refusal.isPresent()) {
                return refusal;
            }
            Map<String, InferParameter> before = asked.putIfAbsent(output.getName(), output.getParametersMap());
            if (before != null && !before.equals(output.getParametersMap())) {
                // Asked for twice alike, it is answered once.
                return Optional.of(Refusal.invalid(label + " is asked for twice, with different parameters"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> parameters(
            String owner, Map<String, InferParameter> parameters, ProtocolLimits limits) {
        if (parameters.size() > limits.inputsMax()) {
            return Optional.of(Refusal.tooLarge(owner + " has " + parameters.size() + " parameters; at most "
                    + limits.inputsMax() + " are allowed"));
        }
        for (String name : parameters.keySet()) {
            if (name.length() > limits.nameLengthMax()) {
                return Optional.of(Refusal.tooLarge(owner + " has a parameter name of " + name.length()
                        + " characters; at most " + limits.nameLengthMax() + " are allowed"));
            }
        }
        return sharedMemory(owner, parameters);
    }

    /** Why parameters that put data somewhere else than into the request are refused; empty when they do not. */
    static Optional<Refusal> sharedMemory(String owner, Map<String, InferParameter> parameters) {
        for (String name : parameters.keySet()) {
            if (name.startsWith("shared_memory_")) {
                return Optional.of(Refusal.unsupported(owner + " uses shared memory, which is not offered"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> tooLong(String what, String value, ProtocolLimits limits) {
        if (value.length() <= limits.nameLengthMax()) {
            return Optional.empty();
        }
        return Optional.of(Refusal.tooLarge("the " + what + " has " + value.length() + " characters; at most "
                + limits.nameLengthMax() + " are allowed"));
    }

    private static Decoded<ModelInferRequest> raw(ModelInferRequest request, ProtocolLimits limits) {
        for (InferInputTensor input : request.getInputsList()) {
            if (input.hasContents()) {
                return Refusal.invalid("contents field must not be specified when using raw_input_contents for '"
                                + TensorHead.shortened(input.getName()) + "' for model '" + request.getModelName()
                                + "'")
                        .as();
            }
        }
        if (request.getRawInputContentsCount() != request.getInputsCount()) {
            return Refusal.invalid("the request has " + request.getInputsCount() + " inputs, but "
                            + request.getRawInputContentsCount() + " raw_input_contents; expected one for each")
                    .as();
        }
        long bytes = 0;
        for (int i = 0; i < request.getInputsCount(); i++) {
            ByteString raw = request.getRawInputContents(i);
            Optional<Refusal> refusal = rawInput(i, request.getInputs(i), raw, limits);
            bytes += raw.size();
            if (refusal.isEmpty()) {
                refusal = tooManyBytes(bytes, limits);
            }
            if (refusal.isPresent()) {
                return refusal.get().as();
            }
        }
        return Decoded.valid(request);
    }

    private static Optional<Refusal> rawInput(
            int index, InferInputTensor input, ByteString raw, ProtocolLimits limits) {
        Decoded<TensorHead> decoded =
                TensorHead.of(index, input.getName(), input.getDatatype(), input.getShapeList(), limits);
        if (decoded instanceof Decoded.Refused<TensorHead> refused) {
            return Optional.of(refused.refusal());
        }
        TensorHead head = ((Decoded.Valid<TensorHead>) decoded).value();
        if (head.type() == DataType.BYTES) {
            return BytesElements.check(head, raw, limits);
        }
        if (raw.size() != head.bytesMin()) {
            return Optional.of(Refusal.invalid("unexpected size for " + head.label() + ": got " + raw.size()
                    + " bytes, but datatype " + head.type() + " and shape " + Shape.text(head.shape()) + " need "
                    + head.bytesMin()));
        }
        return Optional.empty();
    }

    private static Decoded<ModelInferRequest> typed(ModelInferRequest request, ProtocolLimits limits) {
        List<ByteString> raws = new ArrayList<>(request.getInputsCount());
        long bytes = 0;
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            Decoded<ByteString> decoded = TensorHead.of(
                            i, input.getName(), input.getDatatype(), input.getShapeList(), limits)
                    .then(head -> typedInput(head, input, request.getModelName(), limits));
            if (decoded instanceof Decoded.Refused<ByteString> refused) {
                return refused.refusal().as();
            }
            ByteString raw = ((Decoded.Valid<ByteString>) decoded).value();
            bytes += raw.size();
            Optional<Refusal> refusal = tooManyBytes(bytes, limits);
            if (refusal.isPresent()) {
                return refusal.get().as();
            }
            raws.add(raw);
        }
        ModelInferRequest.Builder normalised = request.toBuilder().addAllRawInputContents(raws);
        for (InferInputTensor.Builder input : normalised.getInputsBuilderList()) {
            input.clearContents();
        }
        return Decoded.valid(normalised.build());
    }

    private static Decoded<ByteString> typedInput(
            TensorHead head, InferInputTensor input, String model, ProtocolLimits limits) {
        if (!input.hasContents()) {
            return head.elements() == 0
                    ? Decoded.valid(ByteString.EMPTY)
                    : Refusal.invalid("unable to find data for input tensor '" + input.getName() + "' for model '"
                                    + model + "'")
                            .as();
        }
        return TypedContents.toRaw(head, input.getContents(), limits);
    }

    private static Optional<Refusal> tooManyBytes(long bytes, ProtocolLimits limits) {
        if (bytes <= limits.bodyBytesMax()) {
            return Optional.empty();
        }
        return Optional.of(Refusal.tooLarge(
                "the tensors of the request are more than the " + limits.bodyBytesMax() + " bytes allowed together"));
    }
}
