package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JSON object of an inference request, and the raw tensors that may follow it. Reads one request, once. */
final class JsonRequest {
    private final JsonSource source;
    private final int textBytes;
    private final String tensors;
    private final ModelInferRequest.Builder request;
    private final List<JsonInput> inputs = new ArrayList<>();

    /**
     * What is read.
     *
     * @param model named by the path of the request
     * @param version empty when the path names none
     * @param tensors field that holds the tensors
     */
    record Target(String model, String version, String tensors) {}

    JsonRequest(JsonSource source, int textBytes, Target target) {
        this.source = source;
        this.textBytes = textBytes;
        this.tensors = target.tensors();
        this.request =
                ModelInferRequest.newBuilder().setModelName(target.model()).setModelVersion(target.version());
    }

    /** Reads the whole JSON text; false after a refusal. */
    boolean read() throws IOException {
        if (source.next() != JsonToken.START_OBJECT) {
            return source.refuse(Refusal.invalid("the body must be a JSON object with \"inputs\""));
        }
        SeenNames seen = new SeenNames();
        for (String field = source.nextName(); field != null; field = source.nextName()) {
            if (!seen.add(field)) {
                return source.refuseInvalid("the request has field '" + field + "' twice");
            }
            if (!field(field)) {
                return false;
            }
        }
        if (source.refusal() != null) {
            return false;
        }
        return source.next() == null
                ? source.refusal() == null
                : source.refuseInvalid("the body goes on after the JSON object");
    }

    private boolean field(String field) throws IOException {
        if (field.equals(tensors)) {
            return inputs();
        }
        return switch (field) {
            case "id" -> id();
            case "parameters" -> parameters();
            case "outputs" -> outputs();
            default -> source.next() != null && source.skip();
        };
    }

    private boolean id() throws IOException {
        if (source.next() != JsonToken.VALUE_STRING) {
            return source.refuseInvalid("the id must be a string");
        }
        String id = source.text();
        if (id != null) {
            request.setId(id);
        }
        return id != null;
    }

    private boolean parameters() throws IOException {
        Map<String, InferParameter> parameters = JsonParameters.read(source, "the request");
        if (parameters != null) {
            request.putAllParameters(parameters);
        }
        return parameters != null;
    }

    private boolean inputs() throws IOException {
        if (source.next() != JsonToken.START_ARRAY) {
            return source.refuseInvalid("the inputs must be an array of objects");
        }
        for (JsonToken token = source.next(); token != JsonToken.END_ARRAY; token = source.next()) {
            if (token != JsonToken.START_OBJECT) {
                return source.refuseInvalid("inputs[" + inputs.size() + "] must be an object");
            }
            if (inputs.size() == source.limits().inputsMax()) {
                return source.refuse(Refusal.tooLarge(
                        "the request has more than " + source.limits().inputsMax() + " inputs"));
            }
            JsonInput input = new JsonInput(source, inputs.size(), textBytes);
            if (!input.read()) {
                return false;
            }
            inputs.add(input);
        }
        return true;
    }

    private boolean outputs() throws IOException {
        if (source.next() != JsonToken.START_ARRAY) {
            return source.refuseInvalid("the outputs must be an array of objects");
        }
        for (JsonToken token = source.next(); token != JsonToken.END_ARRAY; token = source.next()) {
            if (token != JsonToken.START_OBJECT) {
                return source.refuseInvalid("outputs[" + request.getOutputsCount() + "] must be an object");
            }
            if (request.getOutputsCount() == source.limits().inputsMax()) {
                return source.refuse(Refusal.tooLarge(
                        "the request asks for more than " + source.limits().inputsMax() + " outputs"));
            }
            if (!output()) {
                return false;
            }
        }
        return true;
    }

    private boolean output() throws IOException {
        String label = "outputs[" + request.getOutputsCount() + "]";
        InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
        SeenNames seen = new SeenNames();
        for (String field = source.nextName(); field != null; field = source.nextName()) {
            if (!seen.add(field)) {
                return source.refuseInvalid(label + " has field '" + field + "' twice");
            }
            if (field.equals("name")) {
                if (source.next() != JsonToken.VALUE_STRING) {
                    return source.refuseInvalid("the name of " + label + " must be a string");
                }
                String name = source.text();
                if (name == null) {
                    return false;
                }
                output.setName(name);
            } else if (field.equals("parameters")) {
                Map<String, InferParameter> parameters = JsonParameters.read(source, label);
                if (parameters == null) {
                    return false;
                }
                output.putAllParameters(parameters);
            } else if (source.next() == null || !source.skip()) {
                return false;
            }
        }
        if (output.getName().isEmpty() && source.refusal() == null) {
            return source.refuseInvalid(label + " has no name");
        }
        request.addOutputs(output);
        return source.refusal() == null;
    }

    /**
     * Puts the tensors together after the JSON was read.
     *
     * @param body holds the raw tensors from {@code from} to {@code to}, in the order of the inputs that want them
     */
    Decoded<ModelInferRequest> assemble(byte[] body, int from, int to) {
        int offset = from;
        for (JsonInput input : inputs) {
            request.addInputs(input.tensor());
            ByteString raw = input.raw();
            if (input.binary()) {
                if (input.binarySize() > to - offset) {
                    return Refusal.invalid("unexpected size for " + input.label() + ": binary_data_size is "
                                    + input.binarySize() + ", but " + (to - offset) + " bytes are left in the body")
                            .as();
                }
                int size = (int) input.binarySize();
                raw = UnsafeByteOperations.unsafeWrap(body, offset, size);
                offset += size;
            } else if (raw == null) {
                return RequestCheck.sharedMemory(input.label(), input.tensor().getParametersMap())
                        .orElseGet(() -> Refusal.invalid("unable to find data for " + input.label()
                                + ": it has neither data nor binary_data_size"))
                        .as();
            }
            request.addRawInputContents(raw);
        }
        if (offset != to) {
            return Refusal.invalid("unexpected additional input data for model '" + request.getModelName() + "': "
                            + (to - offset) + " bytes follow the last tensor")
                    .as();
        }
        return Decoded.valid(request.build());
    }
}
