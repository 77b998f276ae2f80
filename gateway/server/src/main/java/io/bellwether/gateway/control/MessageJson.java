package io.bellwether.gateway.control;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message as JSON: every field, set or not, under its lower camel case name; only a message that is absent is left
 * out. Whole numbers stay numbers; a
 * value that JSON does not have (NaN, infinity) is null.
 */
final class MessageJson {
    private MessageJson() {}

    static JsonObject of(Message message) {
        JsonObject json = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                JsonArray array = new JsonArray();
                ((List<?>) message.getField(field)).forEach(value -> array.add(value(value)));
                json.put(field.getJsonName(), array);
            } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || message.hasField(field)) {
                json.put(field.getJsonName(), value(message.getField(field)));
            }
        }
        return json;
    }

    private static @Nullable Object value(Object value) {
        if (value instanceof Message message) {
            return of(message);
        }
        if (value instanceof EnumValueDescriptor constant) {
            return constant.getName();
        }
        return value instanceof Double number && !Double.isFinite(number) ? null : value;
    }
}
