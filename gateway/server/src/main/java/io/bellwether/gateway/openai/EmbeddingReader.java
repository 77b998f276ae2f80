package io.bellwether.gateway.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.bellwether.gateway.http.JsonBody;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one body token by token. A tree of it would take many times the memory of its text, and nothing of what it ignores
 * is kept.
 */
final class EmbeddingReader {
    private static final String TEXTS_EXPECTED =
            "input must be a text or a list of 1 to " + EmbeddingRequest.TEXTS_MAX + " texts";

    private final int textBytesMax;
    private final List<ByteString> texts = new ArrayList<>();
    private String model = "";
    private boolean base64;
    private int dimensions;

    EmbeddingReader(int textBytesMax) {
        this.textBytesMax = textBytesMax;
    }

    Decoded<EmbeddingRequest> read(byte[] body, int length) {
        try (JsonParser json = JsonBody.FACTORY.createParser(body, 0, length)) {
            Optional<Refusal> problem = object(json);
            return problem.isPresent()
                    ? problem.get().as()
                    : Decoded.valid(new EmbeddingRequest(model, texts, base64, dimensions));
        } catch (IOException e) {
            return notAnObject().as();
        }
    }

    private Optional<Refusal> object(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return Optional.of(notAnObject());
        }
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            Optional<Refusal> problem = value(field, json.nextToken(), json);
            if (problem.isPresent()) {
                return problem;
            }
        }
        if (json.nextToken() != null) {
            return Optional.of(notAnObject());
        }
        if (model.isEmpty()) {
            return invalid("model is missing; expected the name of a model, see GET /v1/models");
        }
        return texts.isEmpty() ? invalid(TEXTS_EXPECTED) : Optional.empty();
    }

    private Optional<Refusal> value(String field, JsonToken token, JsonParser json) throws IOException {
        return switch (field) {
            case "model" -> {
                model = token == JsonToken.VALUE_STRING ? json.getText() : "";
                yield model.isEmpty() ? invalid("model must be the name of a model") : Optional.empty();
            }
            case "encoding_format" -> {
                base64 = token == JsonToken.VALUE_STRING && json.getText().equals("base64");
                boolean floats =
                        token == JsonToken.VALUE_STRING && json.getText().equals("float");
                yield base64 || floats ? Optional.empty() : invalid("encoding_format must be float or base64");
            }
            case "dimensions" -> dimensions(token, json);
            case "input" -> input(token, json);
            default -> {
                json.skipChildren();
                yield Optional.empty();
            }
        };
    }

    private Optional<Refusal> dimensions(JsonToken token, JsonParser json) throws IOException {
        boolean whole = token == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == JsonParser.NumberType.INT;
        dimensions = whole ? json.getIntValue() : -1;
        return dimensions > 0 ? Optional.empty() : invalid("dimensions must be a whole number above 0");
    }

    private Optional<Refusal> input(JsonToken token, JsonParser json) throws IOException {
        texts.clear();
        if (token != JsonToken.START_ARRAY) {
            return text(token, json);
        }
        for (JsonToken one = json.nextToken(); one != JsonToken.END_ARRAY; one = json.nextToken()) {
            Optional<Refusal> problem =
                    texts.size() == EmbeddingRequest.TEXTS_MAX ? invalid(TEXTS_EXPECTED) : text(one, json);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> text(JsonToken token, JsonParser json) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.START_ARRAY) {
            return invalid("input must be text; lists of tokens are not taken, since each model has tokens of its own"
                    + " (in LangChain: check_embedding_ctx_length=False)");
        }
        if (token != JsonToken.VALUE_STRING) {
            return invalid(TEXTS_EXPECTED);
        }
        ByteString utf8 = ByteString.copyFromUtf8(json.getText());
        if (utf8.isEmpty() || utf8.size() > textBytesMax) {
            return invalid(
                    "text " + texts.size() + " of input has " + utf8.size() + " bytes; expected 1 to " + textBytesMax);
        }
        texts.add(utf8);
        return Optional.empty();
    }

    private static Refusal notAnObject() {
        return Refusal.invalid("the body is not valid JSON; expected an object with model and input");
    }

    private static Optional<Refusal> invalid(String message) {
        return Optional.of(Refusal.invalid(message));
    }
}
