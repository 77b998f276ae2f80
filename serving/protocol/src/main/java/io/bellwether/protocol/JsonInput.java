package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object of {@code inputs}. Its fields may come in any order: data that comes before its shape or datatype is
 * skipped, its place remembered, and read when the object has ended.
 */
final class JsonInput {
    private final JsonSource source;
    private final int index;
    private final int textBytes;
    private @Nullable String name;
    private @Nullable String datatype;
    private @Nullable List<Long> shape;
    private Map<String, InferParameter> parameters = Map.of();
    private boolean binary;
    private long binarySize;
    private boolean hasData;
    private int dataStart;
    private int dataEnd;
    private int dataDepth;
    private @Nullable ByteString raw;

    /**
     * @param source positioned on the start of the object
     * @param index place in {@code inputs}
     * @param textBytes bytes of the whole JSON text
     */
    JsonInput(JsonSource source, int index, int textBytes) {
        this.source = source;
        this.index = index;
        this.textBytes = textBytes;
    }

    String label() {
        return name == null ? "inputs[" + index + "]" : TensorHead.label(TensorHead.shortened(name));
    }

    /** True when the data follows the JSON as raw bytes. */
    boolean binary() {
        return binary;
    }

    long binarySize() {
        return binarySize;
    }

    /** The raw bytes of data in the JSON; null when there was none. */
    @Nullable
    ByteString raw() {
        return raw;
    }

    InferInputTensor.Builder tensor() {
        InferInputTensor.Builder tensor = InferInputTensor.newBuilder();
        if (!parameters.isEmpty()) {
            tensor.putAllParameters(parameters);
        }
        if (name != null) {
            tensor.setName(name);
        }
        if (datatype != null) {
            tensor.setDatatype(datatype);
        }
        if (shape != null) {
            tensor.addAllShape(shape);
        }
        return tensor;
    }

    /** Reads the object; false after a refusal. */
    boolean read() throws IOException {
        SeenNames seen = new SeenNames();
        for (String field = source.nextName(); field != null; field = source.nextName()) {
            if (!seen.add(field)) {
                return source.refuseInvalid(label() + " has field '" + field + "' twice");
            }
            if (!field(field)) {
                return false;
            }
        }
        return source.refusal() == null && complete();
    }

    private boolean field(String field) throws IOException {
        return switch (field) {
            case "name" -> (name = text(field)) != null;
            case "datatype" -> (datatype = text(field)) != null;
            case "shape" -> (shape = dimensions()) != null;
            case "parameters" -> parameters();
            case "data" -> data();
            default -> source.next() != null && source.skip();
        };
    }

    private @Nullable String text(String field) throws IOException {
        if (source.next() != JsonToken.VALUE_STRING) {
            source.refuseInvalid("the " + field + " of " + label() + " must be a string");
            return null;
        }
        return source.text();
    }

    private @Nullable List<Long> dimensions() throws IOException {
        if (source.next() != JsonToken.START_ARRAY) {
            source.refuseInvalid("the shape of " + label() + " must be an array of integers");
            return null;
        }
        List<Long> dimensions = new ArrayList<>();
        JsonParser parser = source.parser();
        for (JsonToken token = source.next(); token != JsonToken.END_ARRAY; token = source.next()) {
            if (token != JsonToken.VALUE_NUMBER_INT) {
                source.refuseInvalid("the shape of " + label() + " must be an array of integers");
                return null;
            }
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                source.refuse(Refusal.tooLarge("dimension " + dimensions.size() + " of the shape of " + label()
                        + " is out of range for a 64 bit integer"));
                return null;
            }
            if (dimensions.size() == source.limits().dimensionsMax()) {
                source.refuse(Refusal.tooLarge(
                        label() + " has more than " + source.limits().dimensionsMax() + " dimensions"));
                return null;
            }
            dimensions.add(parser.getLongValue());
        }
        return dimensions;
    }

    private boolean parameters() throws IOException {
        Map<String, InferParameter> read = JsonParameters.read(source, label());
        if (read == null) {
            return false;
        }
        InferParameter size = read.remove(WireNames.PARAMETER_BINARY_DATA_SIZE);
        parameters = read;
        if (size == null) {
            return true;
        }
        if (!size.hasInt64Param() || size.getInt64Param() < 0) {
            return source.refuseInvalid("binary_data_size of " + label() + " must be an integer of 0 or more");
        }
        binary = true;
        binarySize = size.getInt64Param();
        return true;
    }

    private boolean data() throws IOException {
        JsonToken start = source.next();
        if (start == null) {
            return false;
        }
        hasData = true;
        if (name != null && datatype != null && shape != null) {
            return decode(source, textBytes - source.tokenStart(), name, datatype, shape);
        }
        dataStart = source.tokenStart();
        dataDepth = source.depth() - 1;
        if (!source.skip()) {
            return false;
        }
        dataEnd = source.tokenEnd();
        return true;
    }

    private boolean complete() throws IOException {
        if (hasData && binary) {
            return source.refuseInvalid(label() + " has both data and binary_data_size; expected one of them");
        }
        if (!hasData || raw != null) {
            return true;
        }
        if (shape == null) {
            return source.refuseInvalid(label() + " has no shape");
        }
        JsonSource again = source.again(dataStart, dataEnd, dataDepth);
        again.next();
        String knownName = name == null ? "" : name;
        String knownType = datatype == null ? "" : datatype;
        if (decode(again, dataEnd - dataStart, knownName, knownType, shape)) {
            return true;
        }
        Refusal refusal = again.refusal();
        return refusal == null || source.refuse(refusal);
    }

    private boolean decode(JsonSource from, int bytesLeft, String knownName, String knownType, List<Long> knownShape)
            throws IOException {
        Decoded<TensorHead> head = TensorHead.of(index, knownName, knownType, knownShape, from.limits());
        if (head instanceof Decoded.Refused<TensorHead> refused) {
            return from.refuse(refused.refusal());
        }
        raw = new JsonTensorReader(from, ((Decoded.Valid<TensorHead>) head).value(), bytesLeft).read();
        return raw != null;
    }
}
