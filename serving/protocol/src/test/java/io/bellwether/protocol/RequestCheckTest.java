package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCheckTest {

    @Test
    void aRawRequestComesBackAsTheSameObject() {
        // Given
        ModelInferRequest request = raw(input("FP32", 2), new byte[8]);

        // When
        var checked = RequestCheck.normalise(request, ProtocolLimits.DEFAULT);

        // Then
        assertThat(((Decoded.Valid<ModelInferRequest>) checked).value()).isSameAs(request);
    }

    @ParameterizedTest
    @CsvSource({"timeout, -1", "timeout, soon", "priority, -1", "priority, high", "triton_anything, 1"})
    void reservedParametersHaveTheirMeaning(String name, String value) {
        // Given
        InferParameter.Builder parameter = InferParameter.newBuilder();
        if (value.matches("-?[0-9]+")) {
            parameter.setInt64Param(Long.parseLong(value));
        } else {
            parameter.setStringParam(value);
        }
        ModelInferRequest request = raw(input("FP32", 2), new byte[8]).toBuilder()
                .putParameters(name, parameter.build())
                .build();

        // Then
        assertThat(refusal(request).message()).contains("'" + name + "'");
    }

    @Test
    void theMarkOfTheLastAnswerAndUnknownParametersAreAccepted() {
        // Given
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        ModelInferRequest request = raw(input("FP32", 2), new byte[8]).toBuilder()
                .putParameters(WireNames.PARAMETER_MARK_FINAL, yes)
                .putParameters("content_type", yes)
                .build();

        // Then
        assertThat(RequestCheck.normalise(request, ProtocolLimits.DEFAULT)).isInstanceOf(Decoded.Valid.class);
    }

    @Test
    void contentsBesideRawAreRefused() {
        ModelInferRequest request =
                raw(input("FP32", 2).setContents(InferTensorContents.getDefaultInstance()), new byte[8]);
        assertThat(refusal(request).message())
                .contains("contents field must not be specified when using raw_input_contents for 'a'");
    }

    @Test
    void everyInputNeedsDataAndEveryRawContentAnInput() {
        assertThat(refusal(ModelInferRequest.newBuilder()
                                .addInputs(input("FP32", 2))
                                .build())
                        .message())
                .contains("unable to find data for input tensor 'a'");
        assertThat(refusal(raw(input("FP32", 2), new byte[8]).toBuilder()
                                .addRawInputContents(ByteString.EMPTY)
                                .build())
                        .message())
                .contains("1 inputs, but 2 raw_input_contents");
    }

    @Test
    void typedContentsMustBeInTheFieldOfTheDatatypeInRangeAndComplete() {
        assertThat(typed("INT32", InferTensorContents.newBuilder().addFp32Contents(1)))
                .contains("another field than int_contents");
        assertThat(typed(
                        "INT8",
                        InferTensorContents.newBuilder().addIntContents(1).addIntContents(128)))
                .contains("element 1 that is out of range for INT8");
        assertThat(typed(
                        "UINT16",
                        InferTensorContents.newBuilder().addUintContents(1).addUintContents(-1)))
                .contains("element 1 that is out of range for UINT16");
        assertThat(typed("FP64", InferTensorContents.newBuilder().addFp64Contents(1)))
                .contains("has 1 values, but its shape [2] needs 2");
        assertThat(typed("FP16", InferTensorContents.newBuilder())).contains("sending/receiving FP16 data");
    }

    @Test
    void rawBytesMustFitShapeAndDatatype() {
        assertThat(refusal(raw(input("INT16", 2), new byte[3])).message())
                .contains("unexpected size for input 'a': got 3 bytes");
        assertThat(refusal(raw(input("BYTES", 1), new byte[] {2, 0, 0, 0, 1})).message())
                .contains("says 2 bytes, but 1 are left");
        assertThat(refusal(raw(input("BYTES", 1), new byte[] {2, 0})).message()).contains("ends inside a length");
        assertThat(refusal(raw(input("BYTES", 2), new byte[4])).message()).contains("has 1 values");
        assertThat(refusal(raw(input("BYTES", 1), new byte[] {-1, -1, -1, -1})).reason())
                .isEqualTo(FailureReason.TOO_LARGE);
        assertThat(refusal(raw(input("INT8", -1), new byte[3])).message()).contains("must be 0 or more");
    }

    @Test
    void whatIsNotOfferedIsSaidSo() {
        ModelInferRequest request = raw(
                input("FP32", 0)
                        .putParameters(
                                "shared_memory_region",
                                InferParameter.newBuilder().setStringParam("r").build()),
                new byte[0]);
        assertThat(refusal(request).reason()).isEqualTo(FailureReason.UNSUPPORTED);
    }

    @Test
    void limitsHold() {
        ProtocolLimits small = new ProtocolLimits(16, 8, 4, 2, 2, 8, 4);
        assertThat(refusal(raw(input("FP64", 3), new byte[24]), small).message())
                .contains("16 bytes allowed");
        assertThat(refusal(raw(input("INT8", 9), new byte[9]), small).message()).contains("8 elements allowed");
        assertThat(refusal(raw(input("INT8", 1).setName("aaaaa"), new byte[1]), small)
                        .message())
                .contains("5 characters");
        ModelInferRequest two = raw(input("FP64", 1), new byte[8]).toBuilder()
                .addInputs(input("INT8", 8).setName("b"))
                .addRawInputContents(ByteString.copyFrom(new byte[8]))
                .build();
        assertThat(RequestCheck.normalise(two, small)).isInstanceOf(Decoded.Valid.class);
        assertThat(refusal(
                                two.toBuilder()
                                        .addInputs(input("INT8", 1).setName("c"))
                                        .build(),
                                small)
                        .message())
                .contains("3 inputs");
    }

    @Test
    void shapesAreMultipliedExactly() {
        assertThat(Shape.elements(java.util.List.of(1L << 31, 1L << 31)).getAsLong())
                .isEqualTo(1L << 62);
        assertThat(Shape.elements(java.util.List.of(1L << 31, 1L << 32))).isEmpty();
        assertThat(Shape.elements(java.util.List.of(1L << 32, 1L << 32))).isEmpty();
        assertThat(Shape.elements(java.util.List.of(Long.MAX_VALUE, Long.MAX_VALUE, 0L))
                        .getAsLong())
                .isZero();
        assertThat(Shape.elements(java.util.List.of()).getAsLong()).isEqualTo(1);
        assertThat(Shape.elements(java.util.List.of(3L, -1L))).isEmpty();
        assertThat(Shape.bytesMin(DataType.FP64, 1L << 60)).isEmpty();
    }

    private static InferInputTensor.Builder input(String datatype, long elements) {
        return InferInputTensor.newBuilder().setName("a").setDatatype(datatype).addShape(elements);
    }

    private static ModelInferRequest raw(InferInputTensor.Builder input, byte[] bytes) {
        return ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(bytes))
                .build();
    }

    private static String typed(String datatype, InferTensorContents.Builder contents) {
        return refusal(ModelInferRequest.newBuilder()
                        .addInputs(input(datatype, 2).setContents(contents))
                        .build())
                .message();
    }

    private static Refusal refusal(ModelInferRequest request) {
        return refusal(request, ProtocolLimits.DEFAULT);
    }

    private static Refusal refusal(ModelInferRequest request, ProtocolLimits limits) {
        Decoded<ModelInferRequest> checked = RequestCheck.normalise(request, limits);
        assertThat(checked).isInstanceOf(Decoded.Refused.class);
        return ((Decoded.Refused<ModelInferRequest>) checked).refusal();
    }
}
