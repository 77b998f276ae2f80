package io.bellwether.gateway.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WarmUpTest {

    @Test
    void steadyAfterTwoRoundsWithoutGain() {
        // Given
        Steady steady = new Steady();

        // Then
        assertThat(steady.onRound(1_000, 0)).isFalse();
        assertThat(steady.onRound(500, 0)).isFalse();
        assertThat(steady.onRound(480, 0)).isFalse();
        assertThat(steady.onRound(300, 0)).isFalse();
        assertThat(steady.onRound(900, 0)).isFalse();
        assertThat(steady.onRound(290, 0)).isTrue();
    }

    @Test
    void notSteadyWhileTheCompilerWorks() {
        // Given
        Steady steady = new Steady();

        // Then
        assertThat(steady.onRound(1_000, 900)).isFalse();
        assertThat(steady.onRound(1_000, 201)).isFalse();
        assertThat(steady.onRound(1_000, 200)).isFalse();
        assertThat(steady.onRound(1_000, 0)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(io.bellwether.protocol.DataType.class)
    void zerosOfEveryDatatypePassTheChecksOfBothEdges(io.bellwether.protocol.DataType type) {
        // Given
        ModelMetadataResponse metadata = Requests.metadata("m").toBuilder()
                .setInputs(0, Requests.metadata("m").getInputs(0).toBuilder().setDatatype(type.name()))
                .build();

        // When
        ZeroInput zeros = ZeroInput.of(metadata, "1").orElseThrow();

        // Then
        assertThat(RequestCheck.normalise(zeros.grpc(), ProtocolLimits.DEFAULT)).isInstanceOf(Decoded.Valid.class);
        assertThat(decode(zeros.binary(), zeros.binaryHeadBytes())).isInstanceOf(Decoded.Valid.class);
        assertThat(zeros.json().isEmpty()).isEqualTo(type.rawOnly());
        zeros.json().ifPresent(json -> assertThat(decode(json, InferRequestJson.ALL_JSON))
                .isInstanceOf(Decoded.Valid.class));
    }

    @Test
    void numbersOfTheJsonAreDecimals() {
        // When
        ZeroInput input = ZeroInput.of(Requests.metadata("m"), "1").orElseThrow();

        // Then: the same at every start
        String json = input.json().orElseThrow().toStringUtf8();
        assertThat(json).containsPattern("\\[-?0\\.\\d{9,},-?0\\.\\d{5,}");
        assertThat(ZeroInput.of(Requests.metadata("m"), "1").orElseThrow()).isEqualTo(input);
        assertThat(input.grpc().getRawInputContents(0).toByteArray()).containsOnly((byte) 0);
    }

    @Test
    void inputsThatAreTooLargeAreLeftOut() {
        // Given
        ModelMetadataResponse huge = Requests.metadata("m").toBuilder()
                .setInputs(
                        0,
                        Requests.metadata("m").getInputs(0).toBuilder()
                                .clearShape()
                                .addShape(Long.MAX_VALUE)
                                .addShape(Long.MAX_VALUE))
                .build();

        // Then
        assertThat(ZeroInput.of(huge, "1")).isEmpty();
    }

    private static Decoded<ModelInferRequest> decode(ByteString body, int jsonLength) {
        return InferRequestJson.decode("m", "1", body.toByteArray(), body.size(), jsonLength, ProtocolLimits.DEFAULT);
    }
}
