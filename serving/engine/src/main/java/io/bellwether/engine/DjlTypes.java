package io.bellwether.engine;

import ai.djl.ndarray.types.DataType;

/** Element types in DJL's words. */
final class DjlTypes {
    private DjlTypes() {}

    static DataType toDjl(ElementType type) {
        return switch (type) {
            case BOOL -> DataType.BOOLEAN;
            case UINT8 -> DataType.UINT8;
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case FP16 -> DataType.FLOAT16;
            case BF16 -> DataType.BFLOAT16;
            case FP32 -> DataType.FLOAT32;
            case FP64 -> DataType.FLOAT64;
        };
    }
}
