package io.bellwether.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EmbeddingSketchTest {
    /** Of the first longs of SplitMix64 from seed 0, as its author published them: e220..., 6e78..., 06c4..., f88b..., 1b39... */
    @Test
    void theSignsAreThoseOfSplitMix64() {
        // Given
        SplittableRandom random = new SplittableRandom(0);

        // Then
        assertThat(new boolean[] {
                    EmbeddingSketch.negative(0),
                    EmbeddingSketch.negative(1),
                    EmbeddingSketch.negative(2),
                    EmbeddingSketch.negative(3),
                    EmbeddingSketch.negative(4)
                })
                .containsExactly(true, false, false, true, false);
        for (int j = 0; j < 4_096; j++) {
            assertThat(EmbeddingSketch.negative(j)).as("number %d", j).isEqualTo(random.nextLong() < 0);
        }
    }

    @Test
    void aShortVectorKeepsItsNumbersAndTellsItsLength() {
        // Given 3, 4 of length 5, of which the first is taken with a minus: 127 times -0.6 and 0.8, and 16 log2(5) =
        // 37.15
        byte[] sketch = EmbeddingSketch.of(FloatBuffer.wrap(new float[] {3, 4})).orElseThrow();

        // Then
        assertThat(sketch).hasSize(EmbeddingSketch.BYTES).startsWith(-76, 102, 0, 0);
        assertThat(sketch[EmbeddingSketch.SUMS]).isEqualTo((byte) 37);
        byte[] doubled =
                EmbeddingSketch.of(FloatBuffer.wrap(new float[] {6, 8})).orElseThrow();
        assertThat(doubled).startsWith(-76, 102, 0, 0);
        assertThat(doubled[EmbeddingSketch.SUMS]).isEqualTo((byte) 53);
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[] {0, 1})).orElseThrow()[EmbeddingSketch.SUMS])
                .isZero();
    }

    @Test
    void aLongVectorIsAddedUpWithItsSignsFromThePositionOn() {
        // Given 33 numbers, of which the first and the last share a sum
        float[] values = new float[35];
        values[1] = 1;
        values[33] = 2;
        FloatBuffer buffer = FloatBuffer.wrap(values).position(1);
        buffer.limit(34);

        // When
        byte[] sketch = EmbeddingSketch.of(buffer).orElseThrow();

        // Then number 0 has a minus, so the sum is -1 plus or minus 2, alone, and the length is the root of 5
        double sum = -1 + (EmbeddingSketch.negative(32) ? -2 : 2);
        assertThat(sketch[0]).isEqualTo((byte) (sum > 0 ? 127 : -127));
        assertThat(sketch[EmbeddingSketch.SUMS]).isEqualTo((byte) Math.round(8 * Math.log(5) / Math.log(2)));
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void whatHasNoDirectionHasNoSketchAndExtremesAreCut() {
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[8]))).isEmpty();
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[0]))).isEmpty();
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[] {1, Float.NaN})))
                .isEmpty();
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[] {1, Float.NEGATIVE_INFINITY})))
                .isEmpty();
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[] {1e30f, 1})).orElseThrow()[EmbeddingSketch.SUMS])
                .isEqualTo(Byte.MAX_VALUE);
        assertThat(EmbeddingSketch.of(FloatBuffer.wrap(new float[] {1e-30f})).orElseThrow()[EmbeddingSketch.SUMS])
                .isEqualTo(Byte.MIN_VALUE);
    }

    /** What a random projection promises: cosines survive, up to noise of about one over the root of 32. */
    @Test
    void cosinesOfVectorsSurvive() {
        // Given pairs of 384 numbers with a cosine of 0.8
        SplittableRandom random = new SplittableRandom(5);
        double mean = 0;
        double square = 0;
        int pairs = 2_000;
        for (int i = 0; i < pairs; i++) {
            float[] one = new float[384];
            float[] other = new float[384];
            for (int j = 0; j < one.length; j++) {
                one[j] = (float) random.nextGaussian();
                other[j] = (float) (0.8 * one[j] + 0.6 * random.nextGaussian());
            }
            double cosine = cosine(
                    EmbeddingSketch.of(FloatBuffer.wrap(one)).orElseThrow(),
                    EmbeddingSketch.of(FloatBuffer.wrap(other)).orElseThrow());
            mean += cosine / pairs;
            square += cosine * cosine / pairs;
        }

        // Then
        assertThat(mean).isCloseTo(0.8, within(0.01));
        assertThat(Math.sqrt(square - mean * mean)).isLessThan(1 / Math.sqrt(32));
    }

    private static double cosine(byte[] one, byte[] other) {
        double product = 0;
        for (int k = 0; k < EmbeddingSketch.SUMS; k++) {
            product += one[k] * other[k];
        }
        return product / (127.0 * 127.0);
    }
}
