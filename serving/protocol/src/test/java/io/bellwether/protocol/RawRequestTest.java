package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawRequestTest {

    @Test
    @DisplayName("2.2 length 0: one row of the one input")
    void theWholeBodyIsOneRowOfTheInput() {
        // Given
        byte[] body = {1, 2, 3, 4, 5, 6, 7, 8, 99};

        // When
        Decoded<ModelInferRequest> decoded =
                RawRequest.decode("3", config(input(DataType.TYPE_FP32, 2L)), body, 8, ProtocolLimits.DEFAULT);

        // Then
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) decoded).value();
        assertThat(request.getModelName()).isEqualTo("m");
        assertThat(request.getModelVersion()).isEqualTo("3");
        assertThat(request.getInputs(0).getName()).isEqualTo("x");
        assertThat(request.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(request.getInputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(request.getRawInputContents(0).toByteArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(OutputPreferences.of(request).binary("any")).isTrue();
    }

    @Test
    @DisplayName("2.2 length 0: at most one dimension varies")
    void oneDimensionMayVary() {
        // When
        Decoded<ModelInferRequest> decoded = decode(config(input(DataType.TYPE_INT16, 2L, -1L)), new byte[12]);

        // Then
        assertThat(((Decoded.Valid<ModelInferRequest>) decoded)
                        .value()
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("2.2 length 0: BYTES is one element")
    void textIsOneElement() {
        // When
        Decoded<ModelInferRequest> decoded =
                decode(config(input(DataType.TYPE_STRING, 1L)), "grüße".getBytes(StandardCharsets.UTF_8));

        // Then
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) decoded).value();
        assertThat(request.getInputs(0).getShapeList()).containsExactly(1L, 1L);
        assertThat(BytesTensor.elements(request.getRawInputContents(0)))
                .singleElement()
                .satisfies(text -> assertThat(text.toStringUtf8()).isEqualTo("grüße"));
    }

    @Test
    void aModelWithoutBatchDimensionGetsNone() {
        // Given
        ModelConfig config = config(input(DataType.TYPE_UINT8, 3L)).toBuilder()
                .setMaxBatchSize(0)
                .build();

        // Then
        assertThat(((Decoded.Valid<ModelInferRequest>) decode(config, new byte[3]))
                        .value()
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(3L);
    }

    @ParameterizedTest
    @CsvSource({
        "TYPE_FP32, '2', 7, unexpected size for raw input 'x': got 7 bytes",
        "TYPE_FP32, '2', 12, unexpected size for raw input 'x': got 12 bytes",
        "TYPE_FP32, '2', 0, the body is empty",
        "TYPE_INT16, '2,-1', 6, unexpected size",
        "TYPE_INT16, '0,-1', 2, unexpected size",
        "TYPE_INT16, '-1,-1', 4, more than one variable-sized dimension",
        "TYPE_STRING, '2', 4, unexpected size",
        "TYPE_INVALID, '1', 4, unexpected size"
    })
    void whatDoesNotFitIsRefused(DataType type, String dims, int bytes, String words) {
        // Given
        Long[] shape = List.of(dims.split(",")).stream().map(Long::valueOf).toArray(Long[]::new);

        // When
        Decoded<ModelInferRequest> decoded = decode(config(input(type, shape)), new byte[bytes]);

        // Then
        assertThat(((Decoded.Refused<ModelInferRequest>) decoded).refusal())
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(FailureReason.INVALID_INPUT))
                .satisfies(refusal -> assertThat(refusal.message()).contains(words));
    }

    @Test
    void aModelWithTwoInputsCannotBeGuessed() {
        // When
        Decoded<ModelInferRequest> decoded =
                decode(config(input(DataType.TYPE_FP32, 1L), input(DataType.TYPE_FP32, 1L)), new byte[4]);

        // Then
        assertThat(((Decoded.Refused<ModelInferRequest>) decoded).refusal().message())
                .contains("raw request must only have 1 input (found 2)");
    }

    @Test
    void theLimitsHold() {
        // Given
        ProtocolLimits small = new ProtocolLimits(8, 4, 32, 4, 4, 8, 2);
        ModelConfig text = config(input(DataType.TYPE_STRING, 1L));

        // Then
        assertThat(RawRequest.decode("", text, new byte[9], 9, small)).isInstanceOf(Decoded.Refused.class);
        assertThat(RawRequest.decode("", text, new byte[3], 3, small)).isInstanceOf(Decoded.Refused.class);
        assertThat(RawRequest.decode("", text, new byte[2], 2, small)).isInstanceOf(Decoded.Valid.class);
    }

    private static Decoded<ModelInferRequest> decode(ModelConfig config, byte[] body) {
        return RawRequest.decode("", config, body, body.length, ProtocolLimits.DEFAULT);
    }

    private static ModelInput input(DataType type, Long... dims) {
        return ModelInput.newBuilder()
                .setName("x")
                .setDataType(type)
                .addAllDims(List.of(dims))
                .build();
    }

    private static ModelConfig config(ModelInput... inputs) {
        return ModelConfig.newBuilder()
                .setName("m")
                .setMaxBatchSize(4)
                .addAllInput(List.of(inputs))
                .build();
    }
}
