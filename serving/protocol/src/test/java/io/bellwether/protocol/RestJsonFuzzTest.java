package io.bellwether.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bellwether.protocol.oip.ModelInferRequest;

/** REST bodies that are all JSON. */
class RestJsonFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void decode(byte[] body) {
        // When
        Decoded<ModelInferRequest> decoded = FuzzProperties.decoded(
                body.length,
                () -> InferRequestJson.decode(
                        "m", "", body, body.length, InferRequestJson.ALL_JSON, FuzzProperties.LIMITS));

        // Then
        if (decoded instanceof Decoded.Valid<ModelInferRequest> valid) {
            FuzzProperties.isWhole(valid.value());
        }
    }
}
