package io.bellwether.gateway.openai;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param textBytesMax limit of one text
     */
    static Decoded<EmbeddingRequest> read(Buffer body, int textBytesMax) {
        JsonObject json;
        try {
            json = new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            return invalid("the body is not valid JSON; expected an object with model and input");
        }
        Object model = json.getValue("model");
        if (!(model instanceof String name) || name.isEmpty()) {
            return invalid("model is missing; expected the name of a model, see GET /v1/models");
        }
        Object format = json.getValue("encoding_format", "float");
        if (!"float".equals(format) && !"base64".equals(format)) {
            return invalid("encoding_format must be float or base64");
        }
        Object dimensions = json.getValue("dimensions", 0);
        if (!(dimensions instanceof Integer wanted) || wanted < 0) {
            return invalid("dimensions must be a whole number above 0");
        }
        return texts(json.getValue("input"), textBytesMax)
                .then(texts -> Decoded.valid(new EmbeddingRequest(name, texts, "base64".equals(format), wanted)));
    }

    private static Decoded<List<ByteString>> texts(@Nullable Object input, int textBytesMax) {
        List<?> given = input instanceof JsonArray array ? array.getList() : input == null ? List.of() : List.of(input);
        if (given.isEmpty() || given.size() > TEXTS_MAX) {
            return invalid("input must be a text or a list of 1 to " + TEXTS_MAX + " texts");
        }
        List<ByteString> texts = new ArrayList<>(given.size());
        for (Object one : given) {
            if (!(one instanceof String text)) {
                return invalid(
                        "input must be text; lists of tokens are not taken, since each model has tokens of its own"
                                + " (in LangChain: check_embedding_ctx_length=False)");
            }
            ByteString utf8 = ByteString.copyFromUtf8(text);
            if (utf8.isEmpty() || utf8.size() > textBytesMax) {
                return invalid("text " + texts.size() + " of input has " + utf8.size() + " bytes; expected 1 to "
                        + textBytesMax);
            }
            texts.add(utf8);
        }
        return Decoded.valid(texts);
    }

    private static <T> Decoded<T> invalid(String message) {
        return Refusal.invalid(message).as();
    }
}
