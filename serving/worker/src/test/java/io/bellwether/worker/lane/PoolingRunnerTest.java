package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.ModelKind.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolingRunnerTest {
    /** Two rows of three tokens with two dimensions; the second row has one token that counts. */
    private static final float[] STATES = {1, 2, 3, 4, 50, 60, 3, 4, 700, 800, 900, 1000};

    private static final long[] MASK = {1, 1, 0, 1, 0, 0};

    @Test
    void theMeanIsOverTheTokensThatCount() throws EngineFault {
        assertThat(pooled(Pooling.MEAN, false, MASK)).containsExactly(2, 3, 3, 4);
    }

    @Test
    void theFirstTokenSpeaksForItsRow() throws EngineFault {
        assertThat(pooled(Pooling.CLS, false, MASK)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void vectorsAreScaledToLengthOne() throws EngineFault {
        // When
        float[] vectors = pooled(Pooling.CLS, true, MASK);

        // Then
        assertThat(vectors[2]).isEqualTo(0.6f, within(1e-6f));
        assertThat(vectors[3]).isEqualTo(0.8f, within(1e-6f));
    }

    @Test
    void aRowWithoutTokensGivesZeros() throws EngineFault {
        assertThat(pooled(Pooling.MEAN, true, new long[] {0, 0, 0, 1, 0, 0})).startsWith(0, 0);
    }

    @Test
    void aModelWithoutTextRunsAsItIs() {
        // Given
        ModelRunner program = runner(MASK);

        // When, Then
        assertThat(KindRunner.around(program, Samples.spec(4, 4))).isSameAs(program);
    }

    private static float[] pooled(Pooling pooling, boolean normalize, long[] mask) throws EngineFault {
        ModelRunner runner = KindRunner.around(runner(mask), Samples.textSpec(4, pooling, normalize));
        TensorBuffer ids = longs(new long[mask.length]);
        RunResult result = runner.run(new BatchBuffers(2, List.of(ids, longs(mask))));
        TensorBuffer vectors = result.outputs().get(0);
        assertThat(vectors.shape()).containsExactly(2L, 2L);
        float[] values = new float[4];
        vectors.data().asFloatBuffer().get(values);
        return values;
    }

    /** A program that wipes its mask before it answers: programs may write into their inputs. */
    private static ModelRunner runner(long[] mask) {
        return new ModelRunner() {
            @Override
            public RunResult run(BatchBuffers in) {
                for (int i = 0; i < mask.length; i++) {
                    in.inputs().get(1).data().putLong(i * Long.BYTES, 0);
                }
                ByteBuffer data =
                        ByteBuffer.allocateDirect(STATES.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                data.asFloatBuffer().put(STATES);
                return new RunResult(List.of(new TensorBuffer(ElementType.FP32, List.of(2L, 3L, 2L), data)), 1, 1);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    private static TensorBuffer longs(long[] values) {
        ByteBuffer data = ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new TensorBuffer(ElementType.INT64, List.of(2L, 3L), data);
    }
}
