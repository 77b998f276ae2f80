package io.bellwether.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.Arrays;

/** REST bodies of JSON and raw tensors behind it. The first two bytes of an input are the length of the JSON. */
class BinaryTensorFuzzTest {
    private static final int LENGTH_BYTES = 2;

    @FuzzTest(maxDuration = "1m")
    void decode(byte[] input) {
        if (input.length < LENGTH_BYTES) {
            return;
        }
        // Given
        int jsonLength = (input[0] & 0xFF) << Byte.SIZE | (input[1] & 0xFF);
        byte[] body = Arrays.copyOfRange(input, LENGTH_BYTES, input.length);

        // When
        Decoded<ModelInferRequest> decoded = FuzzProperties.decoded(
                body.length,
                () -> InferRequestJson.decode("m", "1", body, body.length, jsonLength, FuzzProperties.LIMITS));

        // Then
        if (decoded instanceof Decoded.Valid<ModelInferRequest> valid) {
            FuzzProperties.isWhole(valid.value());
        }
    }
}
