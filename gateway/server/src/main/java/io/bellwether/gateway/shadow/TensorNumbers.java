package io.bellwether.gateway.shadow;

import io.bellwether.protocol.DataType;
import io.bellwether.protocol.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A raw tensor, read as numbers. 64-bit integers lose what a double cannot hold.
 *
 * @param type not BYTES
 * @param data little-endian, read from its position on
 */
record TensorNumbers(DataType type, ByteBuffer data) {
    TensorNumbers {
        data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    int count() {
        return data.remaining() / type.widthBytes();
    }

    double at(int index) {
        int offset = data.position() + index * type.widthBytes();
        return switch (type) {
            case BOOL, UINT8 -> data.get(offset) & 0xff;
            case INT8 -> data.get(offset);
            case UINT16 -> data.getShort(offset) & 0xffff;
            case INT16 -> data.getShort(offset);
            case UINT32 -> data.getInt(offset) & 0xffff_ffffL;
            case INT32 -> data.getInt(offset);
            case UINT64 -> unsigned(data.getLong(offset));
            case INT64 -> (double) data.getLong(offset);
            case FP16 -> HalfPrecision.toFloat(data.getShort(offset));
            case BF16 -> Float.intBitsToFloat(data.getShort(offset) << Short.SIZE);
            case FP32 -> data.getFloat(offset);
            case FP64 -> data.getDouble(offset);
            case BYTES -> throw new IllegalStateException("texts are no numbers");
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? (double) bits : (double) (bits >>> 1) * 2;
    }
}
