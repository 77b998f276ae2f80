package io.bellwether.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;

/** Bodies of {@code POST /v1/embeddings}. */
class EmbeddingRequestFuzzTest {
    private static final int TEXT_BYTES_MAX = 256;
    private static final int MESSAGE_CHARACTERS_MAX = 1_000;

    @FuzzTest(maxDuration = "1m")
    void read(byte[] body) {
        // When
        Decoded<EmbeddingRequest> decoded = EmbeddingRequest.read(body, body.length, TEXT_BYTES_MAX);

        // Then
        if (decoded instanceof Decoded.Valid<EmbeddingRequest> valid) {
            assertThat(valid.value().model()).isNotEmpty();
            assertThat(valid.value().dimensions()).isNotNegative();
            assertThat(valid.value().texts()).hasSizeBetween(1, EmbeddingRequest.TEXTS_MAX);
            for (ByteString text : valid.value().texts()) {
                assertThat(text.size()).isBetween(1, TEXT_BYTES_MAX);
                assertThat(text.isValidUtf8()).isTrue();
            }
        } else {
            var refusal = ((Decoded.Refused<EmbeddingRequest>) decoded).refusal();
            assertThat(refusal.reason()).isIn(FailureReason.INVALID_INPUT, FailureReason.TOO_LARGE);
            assertThat(refusal.message()).hasSizeLessThan(MESSAGE_CHARACTERS_MAX);
        }
    }
}
