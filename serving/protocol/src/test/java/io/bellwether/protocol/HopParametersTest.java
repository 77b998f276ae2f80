package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HopParametersTest {
    private static final InferParameter ONE =
            InferParameter.newBuilder().setInt64Param(1).build();

    @Test
    void anOriginIsReadAsItWasWritten() {
        // Given
        Origin origin = new Origin(1_700_000_000L, "CONTROL", "r1", "", new ClientMark(-7, true));
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder();

        // When
        HopParameters.write(origin, request);

        // Then
        assertThat(HopParameters.origin(request.build())).contains(origin);
        assertThat(HopParameters.origin(ModelInferRequest.getDefaultInstance())).isEmpty();
    }

    @Test
    void anAccountStandsBesideWhatTheAnswerSaysAlready() {
        // Given
        ModelInferResponse response =
                ModelInferResponse.newBuilder().putParameters("own", ONE).build();

        // When
        Map<String, InferParameter> parameters =
                HopParameters.with(new Account(true, 7, 8, 9, 10, 0), response).getParametersMap();

        // Then
        assertThat(parameters)
                .containsOnlyKeys(
                        "own",
                        "bellwether_witness",
                        "bellwether_batch",
                        "bellwether_queue_nanos",
                        "bellwether_device_nanos",
                        "bellwether_cost_pico_usd");
        assertThat(parameters.get("bellwether_witness").getBoolParam()).isTrue();
        assertThat(parameters.get("bellwether_batch").getInt64Param()).isEqualTo(7);
        assertThat(parameters.get("bellwether_queue_nanos").getInt64Param()).isEqualTo(8);
        assertThat(parameters.get("bellwether_device_nanos").getInt64Param()).isEqualTo(9);
        assertThat(parameters.get("bellwether_cost_pico_usd").getInt64Param()).isEqualTo(10);
    }

    @Test
    void reservedNamesAreFoundAtEveryLevel() {
        assertThat(HopParameters.reserved(
                        ModelInferRequest.newBuilder().putParameters("own", ONE).build()))
                .isEmpty();
        assertThat(HopParameters.reserved(ModelInferRequest.newBuilder()
                        .putParameters("bellwether_x", ONE)
                        .build()))
                .contains("bellwether_x");
        assertThat(HopParameters.reserved(ModelInferRequest.newBuilder()
                        .addInputs(InferInputTensor.newBuilder().putParameters("bellwether_in", ONE))
                        .build()))
                .contains("bellwether_in");
        assertThat(HopParameters.reserved(ModelInferRequest.newBuilder()
                        .addOutputs(InferRequestedOutputTensor.newBuilder().putParameters("bellwether_out", ONE))
                        .build()))
                .contains("bellwether_out");
    }
}
