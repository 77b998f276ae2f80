package io.bellwether.monitoring.evaluation;

import java.nio.ByteBuffer;

/**
 * Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit set where more follow; small ones
 * of either sign are short.
 */
final class Varints {
    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;

    private Varints() {}

    /** How many bytes a number takes, 1 to 10. */
    static int bytes(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(folded(value) | 1);
        return (bits + BITS - 1) / BITS;
    }

    static void put(ByteBuffer out, long value) {
        long rest = folded(value);
        while ((rest & -MORE) != 0) {
            out.put((byte) ((rest & (MORE - 1)) | MORE));
            rest >>>= BITS;
        }
        out.put((byte) rest);
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @throws IllegalArgumentException if the bytes end before the number does, or the number before its bytes
     */
    static long get(ByteBuffer in) {
        long folded = 0;
        for (int shift = 0; shift < Long.SIZE && in.hasRemaining(); shift += BITS) {
            int next = in.get();
            folded |= (long) (next & (MORE - 1)) << shift;
            if (next >= 0) {
                return (folded >>> 1) ^ -(folded & 1);
            }
        }
        throw new IllegalArgumentException("a number is cut short or too long, at byte " + in.position());
    }

    /** Signs go into the lowest bit. */
    private static long folded(long value) {
        return (value << 1) ^ (value >> (Long.SIZE - 1));
    }
}
