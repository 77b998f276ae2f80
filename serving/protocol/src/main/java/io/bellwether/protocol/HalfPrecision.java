package io.bellwether.protocol;

/** Numbers of 16 bits as IEEE 754 has them (binary16); Java 17 has no conversion of its own. */
public final class HalfPrecision {
    private static final int FRACTION_BITS = 10;

    /** The smallest number above zero. */
    private static final float SUBNORMAL_UNIT = 0x1p-24f;

    private HalfPrecision() {}

    /** Exact: every such number is a float. */
    public static float toFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> FRACTION_BITS) & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * SUBNORMAL_UNIT;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int floatExponent = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | floatExponent << 23 | fraction << (23 - FRACTION_BITS));
    }
}
