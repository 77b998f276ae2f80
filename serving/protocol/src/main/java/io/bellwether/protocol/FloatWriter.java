package io.bellwether.protocol;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes FP32 values as text: the shortest that reads back as the same float, and of these the nearest to it, in the form
 * of {@link Float#toString(float)}.
 *
 * <p>A float and the two numbers half way to its neighbours are scaled by a power of ten, so that 9 digits stand before the
 * point. Every integer between the scaled neighbours reads back as the float, and that with the most zeros at its end is
 * the shortest text. The scaled numbers are wrong by less than {@link #ERROR_MAX}; where a decision is closer than that, a
 * slower exact way takes it.
 */
final class FloatWriter {
    /** Most bytes of one value. */
    static final int BYTES_MAX = 15;

    private static final int EXPONENT_BITS = 0xFF;
    private static final int FRACTION_BITS = 0x7F_FFFF;
    private static final int BIAS = 127;
    private static final int PRECISION_BITS = 24;

    /** Scaled values are below 2e9, and their error is below 4 units in the last place of such a double. */
    private static final double ERROR_MAX = 1e-5;

    private static final double LEAST_OF_TEN_DIGITS = 1e9;
    private static final int PLAIN_LEAST = -3;
    private static final int PLAIN_MOST = 6;
    /** Nine digits tell any two floats apart. */
    private static final int DIGITS_MAX = 9;

    private static final int[] TENS = {
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** The text 0.00 with its first character in the lowest byte. */
    private static final int ZERO_POINT_ZERO_ZERO = '0' | ('.' << 8) | ('0' << 16) | ('0' << 24);

    /** By the exponent of a float: the power of ten that scales the least such float to 1e8 or a little more. */
    private static final int[] SCALES = new int[EXPONENT_BITS];
    /** Ten to that power. */
    private static final double[] FACTORS = new double[EXPONENT_BITS];
    /** Half of what lies between two such floats, scaled. */
    private static final double[] HALF_GAPS = new double[EXPONENT_BITS];

    private static final double[] TENTHS = new double[DIGITS_MAX + 2];

    static {
        for (int exponent = 1; exponent < EXPONENT_BITS; exponent++) {
            double least = Math.scalb(1.0, exponent - BIAS);
            SCALES[exponent] = DIGITS_MAX - 1 - (int) Math.floor(Math.log10(least));
            FACTORS[exponent] = Double.parseDouble("1e" + SCALES[exponent]);
            HALF_GAPS[exponent] = Math.scalb(least, -PRECISION_BITS) * FACTORS[exponent];
        }
        for (int i = 0; i < TENTHS.length; i++) {
            TENTHS[i] = Double.parseDouble("1e-" + i);
        }
    }

    private FloatWriter() {}

    /**
     * Writes one value; what is not finite becomes {@code null}.
     *
     * @param to has room for {@link #BYTES_MAX} bytes from {@code at} on
     * @return the index behind the text
     */
    static int write(float value, byte[] to, int at) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = (bits >>> 23) & EXPONENT_BITS;
        if (exponent == EXPONENT_BITS) {
            return ascii("null", to, at);
        }
        if (value == 0) {
            return ascii(bits < 0 ? "-0.0" : "0.0", to, at);
        }
        if (exponent == 0) {
            return exactly(value, to, at);
        }
        double middle = Math.abs((double) value) * FACTORS[exponent];
        double up = HALF_GAPS[exponent];
        // The neighbour below a power of two is twice as near.
        double low = middle - ((bits & FRACTION_BITS) == 0 ? up / 2 : up);
        double high = middle + up;
        int below = (int) low;
        int last = (int) high;
        int dropped = 0;
        boolean certain = isBetweenIntegers(low - below) && isBetweenIntegers(high - last);
        while (last / 10 > below / 10) {
            last /= 10;
            below /= 10;
            dropped++;
        }
        double rounded = middle * TENTHS[dropped] + 0.5;
        if (!certain || !isBetweenIntegers(rounded - (int) rounded)) {
            return exactly(value, to, at);
        }
        int nearest = Math.min(last, Math.max(below + 1, (int) rounded));
        int count = Math.max(1, (middle < LEAST_OF_TEN_DIGITS ? DIGITS_MAX : DIGITS_MAX + 1) - dropped);
        to[at] = '-';
        return decimal(nearest, count, dropped - SCALES[exponent], to, at + (bits >>> 31));
    }

    /** Whether an error changes nothing about which integers a number lies between. */
    private static boolean isBetweenIntegers(double fraction) {
        return fraction > ERROR_MAX && fraction < 1 - ERROR_MAX;
    }

    /** Writes a number of so many digits times ten to the exponent; the last digit is not 0. */
    private static int decimal(int digits, int count, int exponent, byte[] to, int at) {
        int point = count - 1 + exponent;
        int nine = digits * TENS[DIGITS_MAX - count];
        if (point >= PLAIN_LEAST && point < 0) {
            INTS.set(to, at, ZERO_POINT_ZERO_ZERO);
            int first = at + 1 - point;
            put(nine, to, first, first + 1);
            return first + count;
        }
        put(nine, to, at, at + 2);
        if (point < 0 || point > PLAIN_MOST) {
            to[at + 1] = '.';
            int behind = at + 1 + Math.max(2, count);
            to[behind] = 'E';
            return ascii(Integer.toString(point), to, behind + 1);
        }
        for (int i = at + 1; i <= at + point; i++) {
            to[i] = to[i + 1];
        }
        to[at + point + 1] = '.';
        return at + 1 + Math.max(count, point + 2);
    }

    /** Writes the first of nine digits at one place and the others at another. */
    private static void put(int nine, byte[] to, int first, int others) {
        int head = nine / 100_000_000;
        to[first] = (byte) ('0' + head);
        LONGS.set(to, others, ascii(nine - 100_000_000 * head));
    }

    /**
     * Eight digits as text, the first in the lowest byte. Each step halves the numbers that stand side by side: 4 digits, 2,
     * then 1. Multiplying and shifting divides by 100, exactly below 10,000, and by 10, exactly below 100.
     */
    private static long ascii(int eight) {
        long upper = eight / 10_000;
        long fours = upper | ((eight - 10_000 * upper) << 32);
        long hundreds = ((fours * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
        long twos = hundreds | ((fours - 100 * hundreds) << 16);
        long tens = ((twos * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return (tens | ((twos - 10 * tens) << 8)) + 0x3030_3030_3030_3030L;
    }

    /** The same, the exact way. */
    private static int exactly(float value, byte[] to, int at) {
        return ascii(NumberOutput.toString(value, true), to, at);
    }

    private static int ascii(String text, byte[] to, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, to, at, bytes.length);
        return at + bytes.length;
    }
}
