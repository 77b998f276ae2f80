package io.bellwether.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The datatypes of the Open Inference Protocol. The constant's name is the name on the wire. In raw form every element
 * is little-endian; BOOL is one byte; a BYTES element is its length as unsigned 32 bit integer followed by that many
 * bytes.
 */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    BYTES(0);

    private static final Map<String, DataType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DataType::name, Function.identity()));

    private final int widthBytes;

    DataType(int widthBytes) {
        this.widthBytes = widthBytes;
    }

    /** The datatype of this name on the wire; empty when there is none. Names are case sensitive. */
    public static Optional<DataType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Bytes of one element in raw form; 0 for {@link #BYTES}, whose elements differ in length. */
    public int widthBytes() {
        return widthBytes;
    }

    /** False for {@link #BYTES} only. */
    public boolean fixedWidth() {
        return widthBytes > 0;
    }

    /** True for the datatypes that JSON and typed contents cannot carry: they travel as raw bytes only. */
    public boolean rawOnly() {
        return this == FP16 || this == BF16;
    }
}
