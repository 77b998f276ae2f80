package io.bellwether.engine;

/**
 * Element types that the engine can run. The names are those of the Open Inference Protocol, which has more: unsigned
 * integers above 8 bits, which libtorch can hardly compute with, and BYTES. A model that declares another type is refused
 * before it is loaded.
 */
public enum ElementType {
    /** One byte, 0 or 1. */
    BOOL(1),
    UINT8(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
