package io.bellwether.protocol;

import com.fasterxml.jackson.core.io.NumberOutput;
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
    private static final int BIAS_OF_DOUBLES = 1023;

    /** Scaled values are below 2e9, and their error is below 4 units in the last place of such a double. */
    private static final double ERROR_MAX = 1e-5;

    private static final int PLAIN_LEAST = -3;
    private static final int PLAIN_MOST = 6;
    private static final double[] POWERS = new double[48];
    /** By the exponent of a float: the power of ten that scales the least such float to 1e8 or a little more. */
    private static final int[] SCALES = new int[EXPONENT_BITS];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
        for (int exponent = 1; exponent < SCALES.length; exponent++) {
            double least = Math.scalb(1.0, exponent - BIAS);
            SCALES[exponent] = 8 - (int) Math.floor(Math.log10(least));
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
        int exponent = bits >>> 23 & EXPONENT_BITS;
        if (exponent == EXPONENT_BITS) {
            return ascii("null", to, at);
        }
        if (value == 0) {
            return ascii(bits < 0 ? "-0.0" : "0.0", to, at);
        }
        if (exponent == 0) {
            return exactly(value, to, at);
        }
        int scale = SCALES[exponent];
        double up = scaled(Double.longBitsToDouble((long) (exponent - BIAS - 24 + BIAS_OF_DOUBLES) << 52), scale);
        // The neighbour below a power of two is twice as near.
        double down = (bits & FRACTION_BITS) == 0 ? up / 2 : up;
        double middle = scaled(Math.abs((double) value), scale);
        if (nearInteger(middle - down) || nearInteger(middle + up)) {
            return exactly(value, to, at);
        }
        int below = (int) (middle - down);
        int last = (int) (middle + up);
        int digits = (int) middle;
        int dropped = 0;
        int unit = 1;
        while (last / 10 > below / 10) {
            last /= 10;
            below /= 10;
            digits /= 10;
            dropped++;
            unit *= 10;
        }
        double past = middle - (double) digits * unit - unit / 2.0;
        boolean bothFit = digits > below && digits < last;
        if (bothFit && Math.abs(past) < ERROR_MAX) {
            return exactly(value, to, at);
        }
        boolean next = bothFit ? past > 0 : digits <= below;
        int start = at;
        if (bits < 0) {
            to[start++] = '-';
        }
        return decimal(next ? digits + 1 : digits, dropped - scale, to, start);
    }

    private static double scaled(double value, int scale) {
        return scale < 0 ? value / POWERS[-scale] : value * POWERS[scale];
    }

    private static boolean nearInteger(double value) {
        return Math.abs(value - Math.rint(value)) < ERROR_MAX;
    }

    /** Writes digits times ten to the exponent; the last digit is not 0. */
    private static int decimal(int digits, int exponent, byte[] to, int at) {
        int count = count(digits);
        int point = count - 1 + exponent;
        if (point < PLAIN_LEAST || point > PLAIN_MOST) {
            int behind = mantissa(digits, count, 1, to, at);
            to[behind] = 'E';
            return ascii(Integer.toString(point), to, behind + 1);
        }
        if (point >= 0) {
            return mantissa(digits, count, point + 1, to, at);
        }
        // A number has as many zeros before it as it is given places for.
        return mantissa(digits, count - point, 1, to, at);
    }

    /** Writes the digits with a point behind the first {@code before} ones; zeros stand where there are no more digits. */
    private static int mantissa(int digits, int count, int before, byte[] to, int at) {
        int places = Math.max(count, before + 1);
        for (int i = count; i < places; i++) {
            to[i < before ? at + i : at + i + 1] = '0';
        }
        int left = digits;
        for (int i = count - 1; i >= 0; i--) {
            int tenth = left / 10;
            to[i < before ? at + i : at + i + 1] = (byte) ('0' + left - 10 * tenth);
            left = tenth;
        }
        to[at + before] = '.';
        return at + places + 1;
    }

    private static int count(int digits) {
        int count = 1;
        for (int left = digits; left >= 10; left /= 10) {
            count++;
        }
        return count;
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
