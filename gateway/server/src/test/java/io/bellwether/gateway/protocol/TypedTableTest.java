package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Typed contents and parameters of gRPC requests. */
class TypedTableTest {
    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1").echoing();
    private final EdgeFixture gateway = new EdgeFixture(worker);
    private final GRPCInferenceServiceBlockingStub client = GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel);

    @AfterEach
    void stop() {
        gateway.close();
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                typed("BOOL", contents -> contents.addBoolContents(true).addBoolContents(false), "0100"),
                typed("INT8", contents -> contents.addIntContents(-1).addIntContents(127), "ff7f"),
                typed("INT16", contents -> contents.addIntContents(-1).addIntContents(32767), "ffffff7f"),
                typed("INT32", contents -> contents.addIntContents(-1).addIntContents(1), "ffffffff01000000"),
                typed(
                        "INT64",
                        contents -> contents.addInt64Contents(-1).addInt64Contents(1),
                        "ffffffffffffffff0100000000000000"),
                typed("UINT8", contents -> contents.addUintContents(1).addUintContents(255), "01ff"),
                typed("UINT16", contents -> contents.addUintContents(1).addUintContents(65535), "0100ffff"),
                typed("UINT32", contents -> contents.addUintContents(1).addUintContents(-1), "01000000ffffffff"),
                typed(
                        "UINT64",
                        contents -> contents.addUint64Contents(1).addUint64Contents(-1),
                        "0100000000000000ffffffffffffffff"),
                typed("FP32", contents -> contents.addFp32Contents(1).addFp32Contents(-2.5f), "0000803f000020c0"),
                typed(
                        "FP64",
                        contents -> contents.addFp64Contents(1).addFp64Contents(-2.5),
                        "000000000000f03f00000000000004c0"),
                typed(
                        "BYTES",
                        contents -> contents.addBytesContents(ByteString.copyFromUtf8("ab"))
                                .addBytesContents(ByteString.EMPTY),
                        "02000000616200000000"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    @DisplayName("2.3 each datatype has its field of contents: small integers share int_contents and uint_contents")
    void everyDatatype(String type, UnaryOperator<InferTensorContents.Builder> contents, String hex) {
        // When
        ByteString answered = client.modelInfer(request(type, contents)).getRawOutputContents(0);

        // Then
        assertThat(worker.received.get(0).getRawInputContents(0).toByteArray()).isEqualTo(Binary.bytes(hex));
        assertThat(answered.toByteArray()).isEqualTo(Binary.bytes(hex));
    }

    static Stream<Arguments> mistakes() {
        UnaryOperator<InferTensorContents.Builder> two =
                contents -> contents.addIntContents(1).addIntContents(300);
        return Stream.of(
                argumentSet("another field", "FP32", two, "its contents are in another field than fp32_contents"),
                argumentSet("out of range", "INT8", two, "out of range for INT8"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    @DisplayName("2.3 contents in the field of another datatype, or out of its range, are refused")
    void contentsThatAreRefused(String type, UnaryOperator<InferTensorContents.Builder> contents, String words) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.modelInfer(request(type, contents)));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    @Test
    @DisplayName("2.3 parameters of every kind reach the model: bool, int64, string, double, uint64")
    void parameters() {
        // Given
        Map<String, InferParameter> given = Map.of(
                "yes", InferParameter.newBuilder().setBoolParam(true).build(),
                "whole", InferParameter.newBuilder().setInt64Param(-1).build(),
                "words", InferParameter.newBuilder().setStringParam("a").build(),
                "part", InferParameter.newBuilder().setDoubleParam(0.5).build(),
                "wide", InferParameter.newBuilder().setUint64Param(-1).build());

        given.forEach((name, value) -> {
            // When
            client.modelInfer(
                    Requests.raw("m", "").toBuilder().putParameters(name, value).build());

            // Then
            assertThat(worker.received.get(worker.received.size() - 1).getParametersMap())
                    .isEqualTo(Map.of(name, value));
        });
    }

    private static Arguments typed(String type, UnaryOperator<InferTensorContents.Builder> contents, String hex) {
        return argumentSet(type, type, contents, hex);
    }

    private static ModelInferRequest request(String type, UnaryOperator<InferTensorContents.Builder> contents) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("m");
        request.addInputsBuilder()
                .setName("x")
                .setDatatype(type)
                .addShape(2)
                .setContents(contents.apply(InferTensorContents.newBuilder()));
        return request.build();
    }
}
