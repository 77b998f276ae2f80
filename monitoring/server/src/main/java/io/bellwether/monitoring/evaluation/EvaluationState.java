package io.bellwether.monitoring.evaluation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Everything that an evaluation remembers, as numbers, for a state store. A restored evaluation continues
 * exactly as if it had never stopped.
 */
public final class EvaluationState {
    private static final int LAYOUT = 4;
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

    /** The state as bytes: layout, hash, longs, doubles; big endian. */
    public byte[] toBytes() {
        byte[] hash = configHash.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(4 * Integer.BYTES + hash.length + Long.BYTES * (longs.length + doubles.length));
        out.putInt(LAYOUT).putInt(hash.length).put(hash).putInt(longs.length).putInt(doubles.length);
        for (long value : longs) {
            out.putLong(value);
        }
        for (double value : doubles) {
            out.putDouble(value);
        }
        return out.array();
    }

    /**
     * Reads {@link #toBytes()}.
     *
     * @throws IllegalArgumentException if the bytes are no such state
     */
    public static EvaluationState fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int layout = length(in, 2 * Integer.BYTES, Integer.MAX_VALUE);
        if (layout != LAYOUT) {
            throw new IllegalArgumentException("evaluation state has layout " + layout + ", expected " + LAYOUT);
        }
        byte[] hash = new byte[length(in, 0, in.remaining())];
        in.get(hash);
        long[] longs = new long[length(in, Integer.BYTES, ELEMENTS_MAX)];
        double[] doubles = new double[length(in, 0, ELEMENTS_MAX)];
        if (in.remaining() != Long.BYTES * (longs.length + doubles.length)) {
            throw new IllegalArgumentException("evaluation state is cut short or too long: " + bytes.length + " bytes");
        }
        for (int i = 0; i < longs.length; i++) {
            longs[i] = in.getLong();
        }
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = in.getDouble();
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
