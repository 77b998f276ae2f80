package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code data} of one tensor, flat or nested in any way, row-major, straight into its raw bytes. The buffer is
 * sized by the shape, but never for more values than the text that is left can hold.
 */
final class JsonTensorReader {
    /** A value and the comma or bracket after it. */
    private static final int TEXT_BYTES_PER_VALUE_MIN = 2;

    private static final int BYTES_TENSOR_BYTES_AT_FIRST_MAX = 64 * 1024;

    private final JsonSource source;
    private final JsonParser parser;
    private final TensorHead head;
    private final int capacity;
    private final ByteBuffer fixed;
    private final @Nullable BytesElements elements;

    /**
     * @param source positioned on the token that begins the data
     * @param head what the data must be
     * @param textBytesLeft bytes of the text from that token on
     */
    JsonTensorReader(JsonSource source, TensorHead head, int textBytesLeft) {
        this.source = source;
        this.parser = source.parser();
        this.head = head;
        this.capacity = (int) Math.min(head.elements(), textBytesLeft / TEXT_BYTES_PER_VALUE_MIN + 1L);
        boolean bytes = head.type() == DataType.BYTES;
        this.fixed = ByteBuffer.allocate(capacity * head.type().widthBytes()).order(ByteOrder.LITTLE_ENDIAN);
        this.elements =
                bytes ? new BytesElements((int) Math.min(head.bytesMin() * 4, BYTES_TENSOR_BYTES_AT_FIRST_MAX)) : null;
    }

    /** The raw bytes; null after a refusal. */
    @Nullable
    ByteString read() throws IOException {
        if (head.type().rawOnly()) {
            source.refuse(head.rawOnly("JSON"));
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            source.refuseInvalid("the data of " + head.label() + " must be an array");
            return null;
        }
        if (head.type() == DataType.FP32 && capacity == head.elements() && source.readFloats(fixed.array())) {
            return UnsafeByteOperations.unsafeWrap(fixed.array());
        }
        long count = values();
        if (count < 0) {
            return null;
        }
        if (count != head.elements()) {
            source.refuse(head.wrongCount(count));
            return null;
        }
        return elements == null ? UnsafeByteOperations.unsafeWrap(fixed.array()) : elements.toRaw();
    }

    private long values() throws IOException {
        long count = 0;
        for (int open = 1; open > 0; ) {
            JsonToken token = source.next();
            if (token == null) {
                source.refuse(Refusal.invalid("malformed JSON: the body ends inside the data of " + head.label()));
                return -1;
            }
            if (token == JsonToken.START_ARRAY) {
                open++;
            } else if (token == JsonToken.END_ARRAY) {
                open--;
            } else {
                // Values beyond the shape are counted, so that the refusal can say how many there are.
                if (count < capacity && !value(token, count)) {
                    return -1;
                }
                if (token == JsonToken.START_OBJECT) {
                    wrongKind(count, "an object");
                    return -1;
                }
                count++;
            }
        }
        return count;
    }

    private boolean value(JsonToken token, long index) throws IOException {
        return switch (head.type()) {
            case FP32 -> float32(token, index);
            case FP64 -> float64(token, index);
            case BOOL -> bool(token, index);
            case BYTES -> string(token, index);
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> integer(token, index);
            case FP16, BF16 -> source.refuse(head.rawOnly("JSON"));
        };
    }

    private boolean float32(JsonToken token, long index) throws IOException {
        if (!token.isNumeric()) {
            return wrongKind(index, kind(token));
        }
        float value = parser.getFloatValue();
        if (!Float.isFinite(value)) {
            return outOfRange(index);
        }
        fixed.putFloat(value == 0 && negativeText() ? -0f : value);
        return true;
    }

    private boolean float64(JsonToken token, long index) throws IOException {
        if (!token.isNumeric()) {
            return wrongKind(index, kind(token));
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            return outOfRange(index);
        }
        fixed.putDouble(value == 0 && negativeText() ? -0d : value);
        return true;
    }

    /** The integer token -0 is read as an int, which has no negative zero. */
    private boolean negativeText() throws IOException {
        return parser.getTextCharacters()[parser.getTextOffset()] == '-';
    }

    private boolean bool(JsonToken token, long index) throws IOException {
        if (!token.isBoolean()) {
            return wrongKind(index, kind(token));
        }
        fixed.put((byte) (token == JsonToken.VALUE_TRUE ? 1 : 0));
        return true;
    }

    private boolean integer(JsonToken token, long index) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return wrongKind(index, kind(token));
        }
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return IntegerRange.put(head.type(), parser.getLongValue(), fixed) || outOfRange(index);
        }
        BigInteger big = parser.getBigIntegerValue();
        if (head.type() != DataType.UINT64 || big.signum() < 0 || big.bitLength() > Long.SIZE) {
            return outOfRange(index);
        }
        fixed.putLong(big.longValue());
        return true;
    }

    private boolean string(JsonToken token, long index) throws IOException {
        if (token != JsonToken.VALUE_STRING || elements == null) {
            return wrongKind(index, kind(token));
        }
        String text = parser.getText();
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > source.limits().bytesElementMax()) {
            return source.refuse(BytesElements.tooLong(head, index, utf8.length, source.limits()));
        }
        if (!JsonSource.wellFormed(text)) {
            return source.refuseInvalid("element " + index + " of " + head.label()
                    + " has half a surrogate pair; use the binary data format");
        }
        if (elements.sizeWith(utf8.length) > source.limits().bodyBytesMax()) {
            return source.refuse(Refusal.tooLarge(
                    head.label() + " is more than the " + source.limits().bodyBytesMax() + " bytes allowed"));
        }
        elements.add(utf8);
        return true;
    }

    private boolean outOfRange(long index) {
        return source.refuseInvalid("element " + index + " of " + head.label() + " is out of range for " + head.type());
    }

    private boolean wrongKind(long index, String kind) {
        String expected =
                switch (head.type()) {
                    case BOOL -> "true or false";
                    case BYTES -> "a string";
                    case FP16, BF16, FP32, FP64 -> "a number";
                    case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> "an integer";
                };
        return source.refuseInvalid("element " + index + " of " + head.label() + " is " + kind + "; datatype "
                + head.type() + " needs " + expected);
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
            default -> "an object";
        };
    }
}
