package io.bellwether.telemetry;

import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * What is told of one embedding: where it points, roughly, and how long it is, in {@value #BYTES} bytes whatever its dimension.
 * The same for every model, process and version, because only sketches of one kind can be compared.
 *
 * <p><b>Direction.</b> Number {@code j} of the vector goes with a fixed random sign into sum {@code j mod 32}: a random
 * projection whose squared lengths are right on average (Charikar, Chen and Farach-Colton's count sketch). The signs are those
 * of the longs that SplitMix64 gives from seed 0. The {@value #SUMS} sums are scaled to length 127 and rounded.
 *
 * <p><b>Length</b> of the vector itself in sixteenths of a doubling, 0 for length 1, in the last byte.
 *
 * <p>Who knows the signs learns 32 linear combinations of a vector, and nothing of its text that these do not tell.
 */
public final class EmbeddingSketch {
    /** The name of the sketch in telemetry. What changes a byte takes another name. */
    public static final String NAME = "sketch-1";

    /** Sums that tell the direction. */
    public static final int SUMS = 32;

    /** Bytes of a sketch. */
    public static final int BYTES = SUMS + 1;

    /** Sketches of one cell of telemetry. */
    public static final int SAMPLED_MAX = 16;

    private static final int MOST = Byte.MAX_VALUE;
    private static final double STEPS_PER_DOUBLING = 16;

    private EmbeddingSketch() {}

    /**
     * The sketch of the values from the buffer's position to its limit, which stay as they are. Empty for a vector that has no
     * direction: of zeros, or with a value that is not finite.
     */
    public static Optional<byte[]> of(FloatBuffer values) {
        double[] sums = new double[SUMS];
        double squares = 0;
        for (int j = 0; j < values.remaining(); j++) {
            float value = values.get(values.position() + j);
            squares += (double) value * value;
            sums[j % SUMS] += negative(j) ? -value : value;
        }
        double squaredSums = 0;
        for (double sum : sums) {
            squaredSums += sum * sum;
        }
        if (!Double.isFinite(squares) || squaredSums == 0) {
            return Optional.empty();
        }
        byte[] sketch = new byte[BYTES];
        double scale = MOST / Math.sqrt(squaredSums);
        for (int k = 0; k < SUMS; k++) {
            sketch[k] = (byte) Math.round(sums[k] * scale);
        }
        // Half of the logarithm of the square is that of the length.
        double doublings = StrictMath.log(squares) / (2 * StrictMath.log(2));
        sketch[SUMS] =
                (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, Math.round(doublings * STEPS_PER_DOUBLING)));
        return Optional.of(sketch);
    }

    /** Whether number {@code j} is taken with a minus: the sign of the long that SplitMix64 gives after so many others. */
    static boolean negative(int j) {
        long z = (j + 1L) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return (z ^ (z >>> 31)) < 0;
    }
}
