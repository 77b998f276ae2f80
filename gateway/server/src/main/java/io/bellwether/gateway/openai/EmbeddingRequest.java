package io.bellwether.gateway.openai;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import java.util.List;

/**
 * The body of {@code POST /v1/embeddings}.
 *
 * @param model name of the model
 * @param texts what to embed, in UTF-8, at least one
 * @param base64 whether vectors go out as base64 of little-endian floats, and not as lists of numbers
 * @param dimensions length that the vectors must have; 0 for the model's own
 */
record EmbeddingRequest(String model, List<ByteString> texts, boolean base64, int dimensions) {
    /** Texts in one request, as that API has it. */
    static final int TEXTS_MAX = 2048;

    EmbeddingRequest {
        texts = List.copyOf(texts);
    }

    /**
     * Reads a body. Unknown keys are ignored, as other servers of this API do.
     *
     * @param length bytes of the body; those of the array after it are not looked at
     * @param textBytesMax limit of one text
     */
    static Decoded<EmbeddingRequest> read(byte[] body, int length, int textBytesMax) {
        return new EmbeddingReader(textBytesMax).read(body, length);
    }
}
