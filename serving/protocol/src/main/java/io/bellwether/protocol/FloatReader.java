package io.bellwether.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON array that holds nothing but numbers, flat or nested, as FP32. Anything else, mistakes included, is left to
 * the general parser, which knows what to say about it.
 *
 * <p>The result is the float nearest to the number as written, as {@link Float#parseFloat} gives it. Where a
 * {@link DecimalFloat} is not certain the text is read the exact way.
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

    /** A minus, a digit, a point, eight digits, a comma, and what is behind it. */
    private static final int USUAL_BYTES_MAX = 13;

    private static final long USUAL_SCALE = 100_000_000;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;
    /** Added to a byte, brings it to its highest bit if it is more than 9. */
    private static final long TO_HIGHEST_BIT = 0x7676_7676_7676_7676L;

    private static final int LOWEST_OTHER = 0x80;

    private final byte[] text;
    private final int end;
    private final byte[] raw;
    private int stored;
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
        byte before = '[';
        int at = from;
        stored = 0;
        while (at < end) {
            byte c = text[at];
            if (c >= '-' && c <= '9' && c != '.' && c != '/') {
                // A digit or a minus, asked for in one: which it is, is a guess.
                if (before == '0' || before == ']' || stored == raw.length) {
                    return NOT_PLAIN;
                }
                int behind = usual(at);
                if (behind > at) {
                    before = ',';
                    at = behind;
                    continue;
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

    /**
     * Reads numbers as long as they are of the usual form: one digit, a point, one to eight digits, and a comma behind them.
     * Whether there is a minus and how many digits there are cannot be foreseen, so no branch depends on it.
     *
     * @return index of the first byte that was not read
     */
    private int usual(int from) {
        byte[] in = text;
        byte[] out = raw;
        int last = Math.min(end, in.length) - USUAL_BYTES_MAX;
        int to = stored;
        int at = from;
        while (at <= last && to < out.length) {
            byte sign = in[at];
            int negative = (sign - '0') >>> 31;
            int first = at + negative;
            int whole = in[first] - '0';
            // Each byte is the value of a digit, or has its highest bit set in "others".
            long digits = (long) LONGS.get(in, first + 2) ^ DecimalFloat.TEXT_ZEROS;
            long others = ((digits + TO_HIGHEST_BIT) | digits) & HIGHEST_BITS;
            int behind = first + 2 + (Long.numberOfTrailingZeros(others) >>> 3);
            int unusual = ((sign ^ '-') & -negative)
                    | (in[first + 1] ^ '.')
                    | (in[behind] ^ ',')
                    | ((int) others & LOWEST_OTHER);
            if (unusual != 0 || whole < 0 || whole > 9) {
                break;
            }
            long eight = DecimalFloat.joined(digits & (((others & -others) >>> 7) - 1));
            double value = (whole * USUAL_SCALE + eight) * (1.0 / USUAL_SCALE);
            if (DecimalFloat.isNearHalfWay(value)) {
                break;
            }
            INTS.set(out, to, Float.floatToRawIntBits((float) value) | (negative << 31));
            to += Float.BYTES;
            at = behind + 1;
            if (in[at] == ' ') {
                at++;
            }
        }
        stored = to;
        return at;
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
        // Of what may begin a number only the minus is less than a digit.
        int negative = (text[from] - '0') >>> 31;
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
            while (at < end && isDigit(text[at])) {
                int found = 1;
                if (at + Long.BYTES <= end) {
                    long bytes = (long) LONGS.get(text, at);
                    found = DecimalFloat.leadingDigits(bytes);
                    w = DecimalFloat.TENS[found] * w + DecimalFloat.number(bytes, found);
                } else {
                    w = 10 * w + (text[at] - '0');
                }
                at += found;
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
        float value = exact ? DecimalFloat.nearest(w, exponent) : Float.NaN;
        if (Float.isNaN(value)) {
            value = exactly(first, at);
        }
        if (!Float.isFinite(value)) {
            return NOT_PLAIN;
        }
        INTS.set(raw, to, Float.floatToRawIntBits(value) | (negative << 31));
        return at;
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
}
