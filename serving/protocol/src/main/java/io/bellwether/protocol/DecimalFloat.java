package io.bellwether.protocol;

/**
 * The float nearest to a decimal number, and the numbers that digits in text are, up to eight of them at once.
 *
 * <p>At most 19 digits make an integer w, and the number is w times a power of ten. Both as doubles, and their product, are
 * wrong by at most 3 units of its last place together. Rounding that to a float is right unless a number half way between two
 * floats lies within this error.
 */
final class DecimalFloat {
    /** Eight digits 0 as text. */
    static final long TEXT_ZEROS = 0x3030_3030_3030_3030L;

    /** Powers of ten from 0 to 8. */
    static final long[] TENS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};

    /** The bits of a double that a float does not have, and their value half way between two floats. */
    private static final int EXCESS_BITS = 0x1FFF_FFFF;

    private static final int HALF_WAY = 0x1000_0000;
    private static final int ERROR_MAX = 4;
    private static final int POWER_MAX = 63;
    /** Powers of ten from -63 to 63. */
    private static final double[] POWERS = new double[2 * POWER_MAX + 1];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + (i - POWER_MAX));
        }
    }

    private DecimalFloat() {}

    /** NaN when the float nearest to w, unsigned, times ten to the exponent is not certain. */
    static float nearest(long w, int exponent) {
        if (w == 0) {
            return 0;
        }
        if (w < 0 || Math.abs(exponent) > POWER_MAX) {
            return Float.NaN;
        }
        double value = w * POWERS[POWER_MAX + exponent];
        boolean certain = !isNearHalfWay(value) && value >= 2 * Float.MIN_NORMAL && value <= Float.MAX_VALUE;
        return certain ? (float) value : Float.NaN;
    }

    /** Whether the error of a value may decide to which of two floats it is rounded. */
    static boolean isNearHalfWay(double value) {
        int excess = (int) Double.doubleToRawLongBits(value) & EXCESS_BITS;
        return Math.abs(excess - HALF_WAY) <= ERROR_MAX;
    }

    /**
     * How many of eight bytes are digits before the first that is none; the first is the lowest. A digit is 0x30 to 0x39:
     * its upper half is 3, and still is when 6 is added.
     */
    static int leadingDigits(long bytes) {
        long upper = 0xF0F0_F0F0_F0F0_F0F0L;
        long halves = (bytes & upper) | (((bytes + 0x0606_0606_0606_0606L) & upper) >>> 4);
        return Long.numberOfTrailingZeros(halves ^ 0x3333_3333_3333_3333L) >>> 3;
    }

    /** The number that the first 0 to 8 of eight bytes are, as text. */
    static long number(long bytes, int digits) {
        // 8 bits for each of the others, in two halves: a shift by 64 would be none.
        int half = (Long.BYTES - digits) << 2;
        return joined((bytes - TEXT_ZEROS) << half << half);
    }

    /** The number of eight digits, the first in the lowest byte. Neighbours are joined: to 2, 4, 8 digits. */
    static long joined(long ones) {
        long twos = (ones * 10 + (ones >>> 8)) & 0x00FF_00FF_00FF_00FFL;
        long fours = (twos * 100 + (twos >>> 16)) & 0x0000_FFFF_0000_FFFFL;
        return (fours * 10_000 + (fours >>> 32)) & 0xFFFF_FFFFL;
    }
}
