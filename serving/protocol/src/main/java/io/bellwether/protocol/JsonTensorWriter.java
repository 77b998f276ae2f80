package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the raw bytes of one tensor as a flat JSON array, row-major. */
final class JsonTensorWriter {

    private JsonTensorWriter() {}

    /** Writes the values that {@code raw} holds; a part of a value at its end is left out. */
    static void write(DataType type, ByteString raw, JsonGenerator json) throws IOException {
        ByteBuffer buffer = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (type == DataType.FP32) {
            JsonText.floats(buffer, json);
            return;
        }
        json.writeStartArray();
        if (type == DataType.BYTES) {
            strings(buffer, json);
        } else {
            while (buffer.remaining() >= type.widthBytes()) {
                value(type, buffer, json);
            }
        }
        json.writeEndArray();
    }

    private static void value(DataType type, ByteBuffer buffer, JsonGenerator json) throws IOException {
        switch (type) {
            case BOOL -> json.writeBoolean(buffer.get() != 0);
            case INT8 -> json.writeNumber(buffer.get());
            case INT16 -> json.writeNumber(buffer.getShort());
            case INT32 -> json.writeNumber(buffer.getInt());
            case INT64 -> json.writeNumber(buffer.getLong());
            case UINT8 -> json.writeNumber(Byte.toUnsignedInt(buffer.get()));
            case UINT16 -> json.writeNumber(Short.toUnsignedInt(buffer.getShort()));
            case UINT32 -> json.writeNumber(Integer.toUnsignedLong(buffer.getInt()));
            case UINT64 -> unsigned(buffer.getLong(), json);
            case FP16 -> number(HalfPrecision.toFloat(buffer.getShort()), json);
            case BF16 -> number(Float.intBitsToFloat(buffer.getShort() << Short.SIZE), json);
            case FP32 -> number(buffer.getFloat(), json);
            case FP64 -> number(buffer.getDouble(), json);
            case BYTES -> throw new IllegalArgumentException("BYTES has no fixed width");
        }
    }

    private static void strings(ByteBuffer buffer, JsonGenerator json) throws IOException {
        while (buffer.remaining() >= Integer.BYTES) {
            long length = Integer.toUnsignedLong(buffer.getInt());
            byte[] text = new byte[(int) Math.min(length, buffer.remaining())];
            buffer.get(text);
            json.writeString(new String(text, StandardCharsets.UTF_8));
        }
    }

    static void unsigned(long value, JsonGenerator json) throws IOException {
        if (value >= 0) {
            json.writeNumber(value);
        } else {
            json.writeNumber(Long.toUnsignedString(value));
        }
    }

    private static void number(float value, JsonGenerator json) throws IOException {
        if (Float.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    static void number(double value, JsonGenerator json) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
