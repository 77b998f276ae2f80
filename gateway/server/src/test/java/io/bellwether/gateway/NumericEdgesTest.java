package io.bellwether.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number that the protocol gives a meaning, where its range ends and where a language's numbers end. */
class NumericEdgesTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);
    private static final String TAKEN = "";

    private EdgeFixture gateway;

    @BeforeEach
    void start() {
        gateway = new EdgeFixture(new FakeWorkerLink().serving("m", "1").echoing());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "priority, 0, true",
        "priority, 2147483648, true",
        "priority, 9007199254740993, true",
        "priority, 9223372036854775807, true",
        "priority, 9223372036854775808, false",
        "priority, 18446744073709551615, false",
        "priority, -1, false",
        "priority, -9223372036854775808, false",
        "timeout, 0, true",
        "timeout, 2147483648, true",
        "timeout, 9007199254740993, true",
        "timeout, 9223372036854775807, true",
        "timeout, 9223372036854775808, false",
        "timeout, 18446744073709551615, false",
        "timeout, -1, false",
        "timeout, -9223372036854775808, false",
    })
    void parametersOfARequest(String name, BigInteger value, boolean taken) {
        // When
        String rest = rest(
                Requests.JSON.replace("{\"inputs\"", "{\"parameters\":{\"" + name + "\":" + value + "},\"inputs\""));
        String grpc = grpc(Requests.raw("m", "").toBuilder().putParameters(name, parameter(value)));

        // Then
        assertThat(rest).isEqualTo(grpc).isEqualTo(taken ? TAKEN : "INVALID_INPUT");
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "2147483647, true",
        "0, false",
        "2147483648, false",
        "9007199254740993, false",
        "9223372036854775807, false",
        "9223372036854775808, false",
        "18446744073709551615, false",
        "-1, false",
        "-9223372036854775808, false",
    })
    void classesOfAnOutput(BigInteger value, boolean taken) {
        // When
        String rest = rest(Requests.JSON.replace(
                "]}]}", "]}],\"outputs\":[{\"name\":\"x\",\"parameters\":{\"classification\":" + value + "}}]}"));
        String grpc = grpc(Requests.raw("m", "").toBuilder()
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("x")
                        .putParameters(WireNames.PARAMETER_CLASSIFICATION, parameter(value))));

        // Then
        assertThat(rest).isEqualTo(grpc).isEqualTo(taken ? TAKEN : "INVALID_INPUT");
    }

    /** Over gRPC the size of a tensor is that of its bytes: there the parameter means nothing, whatever it says. */
    @ParameterizedTest
    @CsvSource({
        "0",
        "7",
        "2147483647",
        "2147483648",
        "4294967296",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "-1",
        "-9223372036854775808",
    })
    void sizeOfABinaryTensor(BigInteger value) {
        // When
        String rest = rest(Requests.JSON.replace(
                "\"data\":[1.5,2.5]",
                "\"parameters\":{\"" + WireNames.PARAMETER_BINARY_DATA_SIZE + "\":" + value + "}"));
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder().setRawInputContents(0, ByteString.EMPTY);
        request.getInputsBuilder(0).putParameters(WireNames.PARAMETER_BINARY_DATA_SIZE, parameter(value));

        // Then
        assertThat(rest).isEqualTo("INVALID_INPUT");
        assertThat(grpc(request)).isEqualTo("INVALID_INPUT");
    }

    private String rest(String body) {
        HttpResponse<String> answer = gateway.post("/v2/models/m/infer", body);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400);
        return answer.headers().firstValue(WireNames.HEADER_REASON).orElse(TAKEN);
    }

    private String grpc(ModelInferRequest.Builder request) {
        try {
            GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel).modelInfer(request.build());
            return TAKEN;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            return String.valueOf(e.getTrailers().get(REASON));
        }
    }

    private static InferParameter parameter(BigInteger value) {
        return value.bitLength() < Long.SIZE
                ? InferParameter.newBuilder()
                        .setInt64Param(value.longValueExact())
                        .build()
                : InferParameter.newBuilder().setUint64Param(value.longValue()).build();
    }
}
