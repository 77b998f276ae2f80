package io.bellwether.protocol;

import java.nio.ByteBuffer;

/** Writes an integer as a narrower datatype if it is in that datatype's range. */
final class IntegerRange {
    private IntegerRange() {}

    /** True when the value was in range and written; false when nothing was written. Not for UINT64 above 2^63. */
    static boolean put(DataType type, long value, ByteBuffer buffer) {
        if (!contains(type, value)) {
            return false;
        }
        switch (type.widthBytes()) {
            case Byte.BYTES -> buffer.put((byte) value);
            case Short.BYTES -> buffer.putShort((short) value);
            case Integer.BYTES -> buffer.putInt((int) value);
            default -> buffer.putLong(value);
        }
        return true;
    }

    private static boolean contains(DataType type, long value) {
        return switch (type) {
            case INT8 -> value == (byte) value;
            case INT16 -> value == (short) value;
            case INT32 -> value == (int) value;
            case INT64 -> true;
            case UINT8 -> value >= 0 && value <= 0xFFL;
            case UINT16 -> value >= 0 && value <= 0xFFFFL;
            case UINT32 -> value >= 0 && value <= 0xFFFF_FFFFL;
            case UINT64 -> value >= 0;
            case BOOL, FP16, BF16, FP32, FP64, BYTES -> throw new IllegalArgumentException(type + " is no integer");
        };
    }
}
