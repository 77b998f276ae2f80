package io.bellwether.worker.telemetry;

import io.bellwether.engine.ElementType;
import io.bellwether.protocol.HalfPrecision;
import io.bellwether.worker.model.ModelSpec.Summary;
import java.nio.ByteBuffer;

/** Reads elements of little-endian tensors as numbers, from the buffer's position on. */
public final class Elements {
    private Elements() {}

    /** Elements of one row, from what a buffer with so many rows holds. */
    static int perRow(ElementType type, ByteBuffer data, int rows) {
        return data.remaining() / type.bytes() / rows;
    }

    /** Whether it has fractions, NaN and infinities. */
    public static boolean floating(ElementType type) {
        return switch (type) {
            case FP16, BF16, FP32, FP64 -> true;
            case BOOL, UINT8, INT8, INT16, INT32, INT64 -> false;
        };
    }

    /** Element {@code index} as a double. The buffer must be in little-endian order. */
    public static double at(ElementType type, ByteBuffer data, int index) {
        int offset = data.position() + index * type.bytes();
        return switch (type) {
            case BOOL, UINT8 -> data.get(offset) & 0xff;
            case INT8 -> data.get(offset);
            case INT16 -> data.getShort(offset);
            case INT32 -> data.getInt(offset);
            case INT64 -> data.getLong(offset);
            case FP16 -> HalfPrecision.toFloat(data.getShort(offset));
            case BF16 -> Float.intBitsToFloat(data.getShort(offset) << Short.SIZE);
            case FP32 -> data.getFloat(offset);
            case FP64 -> data.getDouble(offset);
        };
    }

    static boolean hasNonfinite(ElementType type, ByteBuffer data, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (!Double.isFinite(at(type, data, i))) {
                return true;
            }
        }
        return false;
    }

    /** One number for {@code count} elements. NaN among them makes it NaN. */
    static double summary(Summary summary, ElementType type, ByteBuffer data, int from, int count) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            double value = at(type, data, i);
            sum += value;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        double mean = sum / count;
        return switch (summary) {
            case MEAN -> mean;
            case MIN -> least;
            case MAX -> most;
            case STD -> deviation(type, data, from, count, mean);
        };
    }

    private static double deviation(ElementType type, ByteBuffer data, int from, int count, double mean) {
        double squares = 0;
        for (int i = from; i < from + count; i++) {
            double distance = at(type, data, i) - mean;
            squares += distance * distance;
        }
        return Math.sqrt(squares / count);
    }
}
