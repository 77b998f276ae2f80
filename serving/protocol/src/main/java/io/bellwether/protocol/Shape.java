package io.bellwether.protocol;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Arithmetic on shapes, exact: a product that does not fit a long is no size at all, never a small number. */
public final class Shape {
    private Shape() {}

    /** The product of the dimensions (1 for a scalar, 0 if one is 0); empty if one is negative or it overflows. */
    public static OptionalLong elements(List<Long> dimensions) {
        boolean zero = false;
        for (long dimension : dimensions) {
            if (dimension < 0) {
                return OptionalLong.empty();
            }
            zero |= dimension == 0;
        }
        if (zero) {
            return OptionalLong.of(0);
        }
        long product = 1;
        for (long dimension : dimensions) {
            long high = Math.multiplyHigh(product, dimension);
            product = product * dimension;
            if (high != 0 || product < 0) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(product);
    }

    /**
     * Bytes of a raw tensor with this many elements; for BYTES the least it can take (four bytes each). Empty if it
     * overflows.
     */
    public static OptionalLong bytesMin(DataType type, long elements) {
        long width = type.fixedWidth() ? type.widthBytes() : Integer.BYTES;
        if (elements < 0 || elements > Long.MAX_VALUE / width) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(elements * width);
    }

    /** As clients write it: {@code [2,64]}. */
    public static String text(List<Long> dimensions) {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
