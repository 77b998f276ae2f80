package io.bellwether.monitoring.evaluation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Everything that an evaluation remembers, as numbers, for a state store. A restored evaluation continues
 * exactly as if it had never stopped.
 */
public final class EvaluationState {
    private static final int LAYOUT = 5;
    /** Of earlier releases: eight bytes for each whole number, too. */
    private static final int LAYOUT_WIDE = 4;

    private static final int ELEMENTS_MAX = 4_000_000;

    private final String configHash;
    private final long[] longs;
    private final double[] doubles;

    EvaluationState(String configHash, long[] longs, double[] doubles) {
        this.configHash = configHash;
        this.longs = longs;
        this.doubles = doubles;
    }

    /** Hash of the plan that the evidence was gathered under. */
    public String configHash() {
        return configHash;
    }

    long[] longs() {
        return longs;
    }

    double[] doubles() {
        return doubles;
    }

    /**
     * The state as bytes: layout, hash, numbers of doubles and longs, big endian; the doubles; the longs, each in as few bytes as
     * it needs. Most of them are buckets and counts, and a state is written every second.
     */
    public byte[] toBytes() {
        byte[] hash = configHash.getBytes(StandardCharsets.UTF_8);
        int bytes = 4 * Integer.BYTES + hash.length + Double.BYTES * doubles.length;
        for (long value : longs) {
            bytes += Varints.bytes(value);
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.putInt(LAYOUT).putInt(hash.length).put(hash).putInt(longs.length).putInt(doubles.length);
        for (double value : doubles) {
            out.putDouble(value);
        }
        for (long value : longs) {
            Varints.put(out, value);
        }
        return out.array();
    }

    /**
     * Reads {@link #toBytes()}, and what earlier releases wrote.
     *
     * @throws IllegalArgumentException if the bytes are no such state
     */
    public static EvaluationState fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int layout = length(in, 2 * Integer.BYTES, Integer.MAX_VALUE);
        if (layout != LAYOUT && layout != LAYOUT_WIDE) {
            throw new IllegalArgumentException("evaluation state has layout " + layout + ", expected " + LAYOUT);
        }
        byte[] hash = new byte[length(in, 0, in.remaining())];
        in.get(hash);
        int longCount = length(in, Integer.BYTES, ELEMENTS_MAX);
        int doubleCount = length(in, 0, ELEMENTS_MAX);
        int leastOfLong = layout == LAYOUT ? 1 : Long.BYTES;
        if (in.remaining() < leastOfLong * longCount + Double.BYTES * doubleCount) {
            throw new IllegalArgumentException("evaluation state is cut short: " + bytes.length + " bytes");
        }
        long[] longs = new long[longCount];
        double[] doubles = new double[doubleCount];
        if (layout == LAYOUT_WIDE) {
            in.asLongBuffer().get(longs);
            in.position(in.position() + Long.BYTES * longCount);
        }
        for (int i = 0; i < doubleCount; i++) {
            doubles[i] = in.getDouble();
        }
        for (int i = 0; layout == LAYOUT && i < longCount; i++) {
            longs[i] = Varints.get(in);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("evaluation state is too long: " + bytes.length + " bytes");
        }
        return new EvaluationState(new String(hash, StandardCharsets.UTF_8), longs, doubles);
    }

    private static int length(ByteBuffer in, int moreAfter, int most) {
        if (in.remaining() < Integer.BYTES + moreAfter) {
            throw new IllegalArgumentException("evaluation state is cut short");
        }
        int value = in.getInt();
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("evaluation state names an impossible length: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EvaluationState that
                && configHash.equals(that.configHash)
                && Arrays.equals(longs, that.longs)
                && Arrays.equals(doubles, that.doubles);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(longs) + Arrays.hashCode(doubles);
    }

    @Override
    public String toString() {
        return "EvaluationState[configHash=" + configHash + ", longs=" + longs.length + ", doubles=" + doubles.length
                + "]";
    }
}
