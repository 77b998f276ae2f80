package io.bellwether.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads small bodies of JSON into a tree. Large ones are read token by token elsewhere: a tree takes many times the memory
 * of its text.
 */
public final class JsonBody {
    /** Levels of nesting that any body may have. */
    public static final int DEPTH_MAX = 64;

    /** Makes parsers for what clients send. */
    public static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            // Clients choose the names: a table that outlives the request would be theirs to fill.
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .build();

    private JsonBody() {}

    /** The object that a body is; an empty one when the body is empty. Anything else is refused. */
    public static Decoded<JsonObject> read(byte[] body, int length) {
        if (length == 0) {
            return Decoded.valid(new JsonObject());
        }
        try (JsonParser json = FACTORY.createParser(body, 0, length)) {
            json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            if (json.nextToken() == JsonToken.START_OBJECT) {
                JsonObject object = object(json);
                if (json.nextToken() == null) {
                    return Decoded.valid(object);
                }
            }
        } catch (IOException e) {
            // The parser's words may quote the whole body; the answer says what was expected.
        }
        return Refusal.invalid("the body is not valid; expected a JSON object whose names differ, at most " + DEPTH_MAX
                        + " levels deep")
                .as();
    }

    private static JsonObject object(JsonParser json) throws IOException {
        JsonObject object = new JsonObject();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            object.put(name, value(json.nextToken(), json));
        }
        return object;
    }

    private static JsonArray array(JsonParser json) throws IOException {
        JsonArray array = new JsonArray();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            array.add(value(token, json));
        }
        return array;
    }

    private static @Nullable Object value(JsonToken token, JsonParser json) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getNumberValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            default -> null;
        };
    }
}
