package io.bellwether.worker.lane;

import io.bellwether.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;

/** Values of outputs that are no finite numbers. */
final class Nonfinite {
    private static final short HALF_INFINITY = 0x7c00;
    private static final short HALF_NAN = 0x7e00;
    /** The first 16 of the 32 bits of a float. */
    private static final short BRAIN_INFINITY = 0x7f80;

    private static final short BRAIN_NAN = 0x7fc0;

    private Nonfinite() {}

    /**
     * Makes every NaN and every infinity the same NaN, in place.
     *
     * @param outputs one buffer for each of {@code specs}, little-endian
     */
    static void toNan(List<TensorSpec> specs, List<ByteBuffer> outputs) {
        for (int i = 0; i < specs.size(); i++) {
            ByteBuffer data = outputs.get(i);
            int width = specs.get(i).type().bytes();
            for (int at = data.position(); at < data.limit(); at += width) {
                toNan(specs.get(i), data, at);
            }
        }
    }

    private static void toNan(TensorSpec spec, ByteBuffer data, int at) {
        switch (spec.type()) {
            case FP16 -> {
                if ((data.getShort(at) & HALF_INFINITY) == HALF_INFINITY) {
                    data.putShort(at, HALF_NAN);
                }
            }
            case BF16 -> {
                if ((data.getShort(at) & BRAIN_INFINITY) == BRAIN_INFINITY) {
                    data.putShort(at, BRAIN_NAN);
                }
            }
            case FP32 -> {
                if (!Float.isFinite(data.getFloat(at))) {
                    data.putFloat(at, Float.NaN);
                }
            }
            case FP64 -> {
                if (!Double.isFinite(data.getDouble(at))) {
                    data.putDouble(at, Double.NaN);
                }
            }
            case BOOL, UINT8, INT8, INT16, INT32, INT64 -> {
                // Every value of an integer is finite.
            }
        }
    }
}
