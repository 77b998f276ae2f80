package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwether.protocol.oip.InferParameter;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters in JSON: an object of booleans, integers, strings and other numbers. Names we do not know are kept. A null
 * is the same as no parameter.
 */
final class JsonParameters {
    private JsonParameters() {}

    /** Reads the object that the source's next token begins; null after a refusal. */
    static @Nullable Map<String, InferParameter> read(JsonSource source, String owner) throws IOException {
        JsonToken start = source.next();
        if (start == JsonToken.VALUE_NULL) {
            return new HashMap<>();
        }
        if (start != JsonToken.START_OBJECT) {
            source.refuseInvalid("the parameters of " + owner + " must be an object");
            return null;
        }
        Map<String, InferParameter> parameters = new HashMap<>();
        for (String name = source.nextName(); name != null; name = source.nextName()) {
            if (parameters.size() == source.limits().inputsMax()) {
                source.refuse(Refusal.tooLarge(
                        owner + " has more than " + source.limits().inputsMax() + " parameters"));
                return null;
            }
            InferParameter value = value(source, owner, name);
            if (source.refusal() != null) {
                return null;
            }
            if (value != null && parameters.put(name, value) != null) {
                source.refuseInvalid(owner + " has parameter '" + name + "' twice");
                return null;
            }
        }
        return source.refusal() == null ? parameters : null;
    }

    private static @Nullable InferParameter value(JsonSource source, String owner, String name) throws IOException {
        JsonToken token = source.next();
        JsonParser parser = source.parser();
        InferParameter.Builder value = InferParameter.newBuilder();
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return value.setBoolParam(token == JsonToken.VALUE_TRUE).build();
        }
        if (token == JsonToken.VALUE_STRING) {
            String text = source.text();
            return text == null ? null : value.setStringParam(text).build();
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                return value.setInt64Param(parser.getLongValue()).build();
            }
            BigInteger big = parser.getBigIntegerValue();
            if (big.signum() > 0 && big.bitLength() <= Long.SIZE) {
                return value.setUint64Param(big.longValue()).build();
            }
            source.refuseInvalid("parameter '" + name + "' of " + owner + " is out of range for a 64 bit integer");
            return null;
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            double number = parser.getDoubleValue();
            if (Double.isFinite(number)) {
                return value.setDoubleParam(number).build();
            }
            source.refuseInvalid("parameter '" + name + "' of " + owner + " is out of range for a double");
            return null;
        }
        if (token != JsonToken.VALUE_NULL) {
            source.refuseInvalid("parameter '" + name + "' of " + owner + " must be a boolean, a number or a string");
        }
        return null;
    }

    static void write(Map<String, InferParameter> parameters, JsonGenerator json) throws IOException {
        for (Map.Entry<String, InferParameter> entry : parameters.entrySet()) {
            json.writeFieldName(entry.getKey());
            InferParameter value = entry.getValue();
            switch (value.getParameterChoiceCase()) {
                case BOOL_PARAM -> json.writeBoolean(value.getBoolParam());
                case INT64_PARAM -> json.writeNumber(value.getInt64Param());
                case UINT64_PARAM -> JsonTensorWriter.unsigned(value.getUint64Param(), json);
                case STRING_PARAM -> json.writeString(value.getStringParam());
                case DOUBLE_PARAM -> JsonTensorWriter.number(value.getDoubleParam(), json);
                case PARAMETERCHOICE_NOT_SET -> json.writeNull();
            }
        }
    }
}
