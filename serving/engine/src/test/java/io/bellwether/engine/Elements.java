package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes single elements of tensors, for tests. */
final class Elements {
    private Elements() {}

    /** The bytes of each item, little-endian. */
    static List<ByteBuffer> items(TensorBuffer tensor, int items) {
        ByteBuffer all = tensor.data().duplicate();
        int bytes = all.remaining() / items;
        List<ByteBuffer> parts = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            parts.add(all.slice(all.position() + i * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN));
        }
        return parts;
    }

    static double sum(ElementType type, ByteBuffer item) {
        double sum = 0;
        ByteBuffer rest = item.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            sum += get(type, rest);
        }
        return sum;
    }

    /** FP16 and BF16 elements are taken as their 16 bits. */
    static double get(ElementType type, ByteBuffer from) {
        return switch (type) {
            case BOOL, INT8 -> from.get();
            case UINT8 -> from.get() & 0xFF;
            case INT16, FP16, BF16 -> from.getShort();
            case INT32 -> from.getInt();
            case INT64 -> from.getLong();
            case FP32 -> from.getFloat();
            case FP64 -> from.getDouble();
        };
    }

    static void put(ElementType type, ByteBuffer to, double value) {
        switch (type) {
            case BOOL -> to.put((byte) (value != 0 ? 1 : 0));
            case UINT8, INT8 -> to.put((byte) value);
            case INT16, FP16, BF16 -> to.putShort((short) value);
            case INT32 -> to.putInt((int) value);
            case INT64 -> to.putLong((long) value);
            case FP32 -> to.putFloat((float) value);
            case FP64 -> to.putDouble(value);
        }
    }

    /** A batch tensor of these values in row-major order. */
    static TensorBuffer tensor(ElementType type, List<Long> shape, double... values) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            put(type, data, value);
        }
        return new TensorBuffer(type, shape, data.flip());
    }

    /** All values in row-major order. */
    static List<Double> values(TensorBuffer tensor) {
        ByteBuffer rest = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Double> values = new ArrayList<>();
        while (rest.hasRemaining()) {
            values.add(get(tensor.type(), rest));
        }
        return values;
    }
}
