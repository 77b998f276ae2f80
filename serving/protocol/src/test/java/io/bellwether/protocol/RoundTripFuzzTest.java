package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.nio.charset.StandardCharsets;

/** What a body was decoded to is written as an answer and read again: it must be the same. */
class RoundTripFuzzTest {
    /** Escapes make text longer, and the limits are for requests. */
    private static final ProtocolLimits WIDE = ProtocolLimits.DEFAULT;

    @FuzzTest(maxDuration = "1m")
    void decodeOfEncodeIsTheSame(byte[] body) {
        if (!(InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, FuzzProperties.LIMITS)
                instanceof Decoded.Valid<ModelInferRequest> valid)) {
            return;
        }
        // Given
        ModelInferRequest request = valid.value().toBuilder().clearOutputs().build();
        ModelInferResponse response = asAnswer(request);

        for (boolean binary : new boolean[] {false, true}) {
            // When
            InferResponseJson.Body written = InferResponseJson.encode(
                    response, new OutputPreferences(binary, OutputPreferences.JSON.binaryByOutput()));
            byte[] json = asRequest(written.json().toStringUtf8());
            byte[] whole = ByteString.copyFrom(json)
                    .concat(ByteString.copyFrom(written.tensors()))
                    .toByteArray();
            int jsonLength = written.binary() ? json.length : InferRequestJson.ALL_JSON;
            Decoded<ModelInferRequest> again = InferRequestJson.decode("m", "", whole, whole.length, jsonLength, WIDE);

            // Then
            assertThat(again).isEqualTo(Decoded.valid(request));
        }
    }

    private static byte[] asRequest(String answer) {
        return answer.replaceFirst("\"outputs\":", "\"inputs\":").getBytes(StandardCharsets.UTF_8);
    }

    private static ModelInferResponse asAnswer(ModelInferRequest request) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setId(request.getId())
                .putAllParameters(request.getParametersMap())
                .addAllRawOutputContents(request.getRawInputContentsList());
        for (InferInputTensor input : request.getInputsList()) {
            response.addOutputs(InferOutputTensor.newBuilder()
                    .setName(input.getName())
                    .setDatatype(input.getDatatype())
                    .addAllShape(input.getShapeList())
                    .putAllParameters(input.getParametersMap()));
        }
        return response.build();
    }
}
