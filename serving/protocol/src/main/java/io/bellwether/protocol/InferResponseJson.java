package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes the body that answers {@code POST /v2/models/M[/versions/V]/infer}. */
public final class InferResponseJson {
    private static final int ENVELOPE_BYTES_EXPECTED = 512;
    private static final int TEXT_BYTES_PER_RAW_BYTE_EXPECTED = 4;
    private static final int TEXT_BYTES_AT_FIRST_MAX = 1024 * 1024;

    private InferResponseJson() {}

    /**
     * An encoded answer: the JSON and after it the raw tensors, in this order, without padding.
     *
     * @param json the JSON part
     * @param tensors the raw tensors that follow it
     * @param binary true if some output is raw: the answer then carries {@link WireNames#HEADER_JSON_LENGTH} with the
     *     size of {@code json} and is {@code application/octet-stream}
     */
    public record Body(ByteString json, List<ByteString> tensors, boolean binary) {
        public Body {
            tensors = List.copyOf(tensors);
        }

        /** Bytes of the whole body. */
        public long length() {
            long length = json.size();
            for (ByteString tensor : tensors) {
                length += tensor.size();
            }
            return length;
        }
    }

    /**
     * Reads an answer that is all JSON, as {@link #encode} writes it. Every tensor of the result is raw.
     *
     * @param body the whole text
     */
    public static Decoded<ModelInferResponse> decode(byte[] body, ProtocolLimits limits) {
        return InferRequestJson.decodeOutputs(body, limits).then(tensors -> {
            ModelInferResponse.Builder response = ModelInferResponse.newBuilder();
            tensors.getInputsList()
                    .forEach(tensor -> response.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                            .setName(tensor.getName())
                            .setDatatype(tensor.getDatatype())
                            .addAllShape(tensor.getShapeList())));
            return Decoded.valid(response.addAllRawOutputContents(tensors.getRawInputContentsList())
                    .build());
        });
    }

    /**
     * Encodes an answer whose outputs are all in {@code raw_output_contents}. The id is written when it is not empty.
     *
     * <p>JSON has no NaN and no infinity: such a value of a float output becomes {@code null}. Bytes of a BYTES output
     * that are no UTF-8 become U+FFFD. FP16 and BF16 become numbers of the same value. A client that needs the exact
     * bytes asks for the output as binary.
     *
     * @throws IllegalArgumentException if the answer does not have one raw content for each output, of a known datatype
     */
    public static Body encode(ModelInferResponse response, OutputPreferences preferences) {
        if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
            throw new IllegalArgumentException("answer has " + response.getOutputsCount() + " outputs, but "
                    + response.getRawOutputContentsCount() + " raw contents");
        }
        List<ByteString> tensors = new ArrayList<>();
        long bytesExpected = ENVELOPE_BYTES_EXPECTED;
        for (int i = 0; i < response.getOutputsCount(); i++) {
            if (preferences.binary(response.getOutputs(i).getName())) {
                tensors.add(response.getRawOutputContents(i));
            } else {
                bytesExpected += (long) TEXT_BYTES_PER_RAW_BYTE_EXPECTED
                        * response.getRawOutputContents(i).size();
            }
        }
        int bytesAtFirst = (int) Math.min(TEXT_BYTES_AT_FIRST_MAX, bytesExpected);
        ByteString json = JsonText.write(bytesAtFirst, generator -> write(response, preferences, generator));
        return new Body(json, tensors, !tensors.isEmpty());
    }

    private static void write(ModelInferResponse response, OutputPreferences preferences, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("model_name", response.getModelName());
        if (!response.getModelVersion().isEmpty()) {
            json.writeStringField("model_version", response.getModelVersion());
        }
        if (!response.getId().isEmpty()) {
            json.writeStringField("id", response.getId());
        }
        if (response.getParametersCount() > 0) {
            json.writeObjectFieldStart("parameters");
            JsonParameters.write(response.getParametersMap(), json);
            json.writeEndObject();
        }
        json.writeArrayFieldStart("outputs");
        for (int i = 0; i < response.getOutputsCount(); i++) {
            InferOutputTensor output = response.getOutputs(i);
            write(output, response.getRawOutputContents(i), preferences.binary(output.getName()), json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(InferOutputTensor output, ByteString raw, boolean binary, JsonGenerator json)
            throws IOException {
        DataType type = DataType.named(output.getDatatype())
                .orElseThrow(() -> new IllegalArgumentException("output '" + output.getName() + "' has datatype '"
                        + output.getDatatype() + "', which is unknown"));
        json.writeStartObject();
        json.writeStringField("name", output.getName());
        json.writeStringField("datatype", output.getDatatype());
        json.writeArrayFieldStart("shape");
        for (long dimension : output.getShapeList()) {
            json.writeNumber(dimension);
        }
        json.writeEndArray();
        if (binary || output.getParametersCount() > 0) {
            json.writeObjectFieldStart("parameters");
            JsonParameters.write(output.getParametersMap(), json);
            if (binary) {
                json.writeNumberField(WireNames.PARAMETER_BINARY_DATA_SIZE, raw.size());
            }
            json.writeEndObject();
        }
        if (!binary) {
            json.writeFieldName("data");
            JsonTensorWriter.write(type, raw, json);
        }
        json.writeEndObject();
    }
}
