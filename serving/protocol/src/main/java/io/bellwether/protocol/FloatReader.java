package io.bellwether.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON array that holds nothing but numbers, flat or nested, as FP32. Anything else, mistakes included, is left to
 * the general parser, which knows what to say about it.
 *
 * <p>The result is the float nearest to the number as written, as {@link Float#parseFloat} gives it. At most 19 digits make
 * an integer w, and the number is w times a power of ten. Both as doubles, and their product, are wrong by at most 3 units of
 * its last place together. Rounding that to a float is right unless a number half way between two floats
 * lies within this error; then, and outside of the range of normal floats, the text is read the exact way.
 */
final class FloatReader {
    /** Answer of {@link #read} when the text is not for this reader. */
    static final int NOT_PLAIN = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Most digits whose value fits 64 bits, as an unsigned number. */
    private static final int DIGITS_MAX = 19;

    private static final int NUMBER_CHARACTERS_MAX = 1000;
    private static final int EXPONENT_DIGITS_MAX = 4;

    /** The bits of a double that a float does not have, and their value half way between two floats. */
    private static final int EXCESS_BITS = 0x1FFF_FFFF;

    private static final int HALF_WAY = 0x1000_0000;
    private static final int ERROR_MAX = 4;
    private static final long[] TENS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int POWER_MAX = 63;
    /** Powers of ten from -63 to 63. */
    private static final double[] POWERS = new double[2 * POWER_MAX + 1];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + (i - POWER_MAX));
        }
    }

    private final byte[] text;
    private final int end;
    private final byte[] raw;
    private int lines;
    private int lineStart;

    /**
     * @param end one past the last byte of the text
     * @param raw takes the values, little-endian; a multiple of 4 bytes
     */
    FloatReader(byte[] text, int end, byte[] raw) {
        this.text = text;
        this.end = end;
        this.raw = raw;
    }

    /**
     * Reads until {@code raw} is full and the array ends.
     *
     * @param from index behind the bracket that opens the array
     * @param depthMax most levels of nesting, this array included
     * @return index of the bracket that closes the array, or {@link #NOT_PLAIN}
     */
    int read(int from, int depthMax) {
        int depth = 1;
        int stored = 0;
        byte before = '[';
        int at = from;
        while (at < end) {
            byte c = text[at];
            if (c >= '-' && c <= '9') {
                // A digit or a minus, asked for in one: which it is, is a guess. The point and the slash are no number.
                if (before == '0' || before == ']' || stored == raw.length) {
                    return NOT_PLAIN;
                }
                at = number(at, stored);
                if (at == NOT_PLAIN) {
                    return NOT_PLAIN;
                }
                stored += Float.BYTES;
                before = '0';
                if (at + 1 < end && text[at] == ',') {
                    // The usual way on, without another turn for each byte.
                    before = ',';
                    at += text[at + 1] == ' ' ? 2 : 1;
                }
            } else if (c == ' ' || c == '\r' || c == '\t') {
                at++;
            } else if (c == '\n') {
                lines++;
                lineStart = ++at;
            } else if (!mayFollow(before, c)) {
                return NOT_PLAIN;
            } else {
                depth += c == '[' ? 1 : c == ']' ? -1 : 0;
                if (depth == 0 || depth > depthMax) {
                    return depth == 0 && stored == raw.length ? at : NOT_PLAIN;
                }
                before = c;
                at++;
            }
        }
        return NOT_PLAIN;
    }

    /** Ends of lines that were passed. */
    int lines() {
        return lines;
    }

    /** Index behind the last of them. */
    int lineStart() {
        return lineStart;
    }

    /** Whether a bracket or comma may stand behind a bracket, a comma or a number, which is shown as 0. */
    private static boolean mayFollow(byte before, byte c) {
        return switch (c) {
            case ',' -> before == '0' || before == ']';
            case '[' -> before == '[' || before == ',';
            case ']' -> before != ',';
            default -> false;
        };
    }

    /** Reads one number, puts it at index {@code to} of the values, and returns the index behind it. */
    private int number(int from, int to) {
        int negative = text[from] == '-' ? 1 : 0;
        int first = from + negative;
        int at = first;
        long w = 0;
        if (at < end && isDigit(text[at])) {
            // Mostly the only one before the point; a loop would start with a multiplication to wait for.
            w = (long) text[at] - '0';
            at++;
        }
        while (at < end && isDigit(text[at])) {
            w = 10 * w + (text[at] - '0');
            at++;
        }
        int digits = at - first;
        if (digits == 0 || (digits > 1 && text[first] == '0')) {
            return NOT_PLAIN;
        }
        int exponent = 0;
        if (at < end && text[at] == '.') {
            int fraction = at + 1;
            at = fraction;
            if (at + Long.BYTES <= end) {
                long bytes = (long) LONGS.get(text, at);
                int found = leadingDigits(bytes);
                w = TENS[found] * w + number(bytes, found);
                at += found;
            }
            while (at < end && isDigit(text[at])) {
                w = 10 * w + (text[at] - '0');
                at++;
            }
            exponent = fraction - at;
            digits -= exponent;
            if (exponent == 0) {
                return NOT_PLAIN;
            }
        }
        boolean exact = digits <= DIGITS_MAX || digits - zeros(first) <= DIGITS_MAX;
        if (at < end && (text[at] | 0x20) == 'e') {
            int mark = at;
            at = exponentEnd(mark);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            exponent += exponent(mark, at);
        }
        float value = exact ? nearest(w, exponent) : Float.NaN;
        if (Float.isNaN(value)) {
            value = exactly(first, at);
        }
        if (!Float.isFinite(value)) {
            return NOT_PLAIN;
        }
        INTS.set(raw, to, Float.floatToRawIntBits(value) | (negative << 31));
        return at;
    }

    /** NaN when the float nearest to w times ten to the exponent is not certain. */
    private static float nearest(long w, int exponent) {
        if (w == 0) {
            return 0;
        }
        if (w < 0 || Math.abs(exponent) > POWER_MAX) {
            return Float.NaN;
        }
        double value = w * POWERS[POWER_MAX + exponent];
        int excess = (int) Double.doubleToRawLongBits(value) & EXCESS_BITS;
        boolean certain =
                Math.abs(excess - HALF_WAY) > ERROR_MAX && value >= 2 * Float.MIN_NORMAL && value <= Float.MAX_VALUE;
        return certain ? (float) value : Float.NaN;
    }

    private float exactly(int from, int to) {
        return to - from > NUMBER_CHARACTERS_MAX
                ? Float.NaN
                : Float.parseFloat(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /** Zeros before the first other digit. */
    private int zeros(int first) {
        int zeros = 0;
        for (int i = first; i < end && (text[i] == '0' || text[i] == '.'); i++) {
            zeros += text[i] == '0' ? 1 : 0;
        }
        return zeros;
    }

    private int exponentEnd(int mark) {
        int at = mark + 1;
        if (at < end && (text[at] == '-' || text[at] == '+')) {
            at++;
        }
        int first = at;
        while (at < end && isDigit(text[at])) {
            at++;
        }
        return at == first ? NOT_PLAIN : at;
    }

    /** Of no more digits than say that it is far out of range. */
    private int exponent(int mark, int to) {
        boolean signed = !isDigit(text[mark + 1]);
        int first = signed ? mark + 2 : mark + 1;
        while (first < to - 1 && text[first] == '0') {
            first++;
        }
        int exponent = 0;
        for (int i = first; i < Math.min(to, first + EXPONENT_DIGITS_MAX); i++) {
            exponent = 10 * exponent + (text[i] - '0');
        }
        return text[mark + 1] == '-' ? -exponent : exponent;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /**
     * How many of eight bytes are digits before the first that is none; the first is the lowest. A digit is 0x30 to 0x39:
     * its upper half is 3, and still is when 6 is added.
     */
    private static int leadingDigits(long bytes) {
        long upper = 0xF0F0_F0F0_F0F0_F0F0L;
        long halves = (bytes & upper) | (((bytes + 0x0606_0606_0606_0606L) & upper) >>> 4);
        return Long.numberOfTrailingZeros(halves ^ 0x3333_3333_3333_3333L) >>> 3;
    }

    /** The number that the first 0 to 8 digits are. Neighbours are joined: to 2, 4, 8 digits. */
    private static long number(long bytes, int digits) {
        // 8 bits for each of the others, in two halves: a shift by 64 would be none.
        int half = (Long.BYTES - digits) << 2;
        long ones = (bytes - 0x3030_3030_3030_3030L) << half << half;
        long twos = (ones * 10 + (ones >>> 8)) & 0x00FF_00FF_00FF_00FFL;
        long fours = (twos * 100 + (twos >>> 16)) & 0x0000_FFFF_0000_FFFFL;
        return (fours * 10_000 + (fours >>> 32)) & 0xFFFF_FFFFL;
    }
}
