package io.bellwether.worker.lane;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelKind.Pooling;
import io.bellwether.worker.model.ModelKind.TextEmbedding;
import io.bellwether.worker.model.ModelKind.Texts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program that says something of each token, FP32 [rows, tokens, dimensions], and makes one vector a row of it. The
 * mean is over the tokens whose mask is not 0; a row without any gives zeros. With {@link Pooling#NONE} the program returns
 * the vectors itself.
 */
final class PoolingRunner implements ModelRunner {
    private final ModelRunner program;
    private final TextEmbedding text;
    private final int maskInput;

    /**
     * @param inputs those of the program
     */
    PoolingRunner(ModelRunner program, TextEmbedding text, List<TensorSpec> inputs) {
        this.program = program;
        this.text = text;
        this.maskInput = inputs.stream().map(TensorSpec::name).toList().indexOf(Texts.MASK);
    }

    @Override
    public RunResult run(BatchBuffers in) throws EngineFault {
        LongBuffer mask = longs(in.inputs().get(maskInput).data());
        // The program may write into its inputs.
        long[] counts = new long[mask.remaining()];
        mask.get(counts);
        RunResult result = program.run(in);
        TensorBuffer states = result.outputs().get(0);
        int rows = in.items();
        int dimensions = Math.toIntExact(states.shape().get(states.shape().size() - 1));
        int tokens = text.pooling() == Pooling.NONE ? 1 : counts.length / rows;
        FloatBuffer data =
                states.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        ByteBuffer pooled =
                ByteBuffer.allocateDirect(rows * dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = new float[dimensions];
        float[] token = new float[dimensions];
        for (int row = 0; row < rows; row++) {
            if (text.pooling() == Pooling.MEAN) {
                mean(data, counts, row * tokens, tokens, token, vector);
            } else {
                data.get(row * tokens * dimensions, vector);
            }
            if (text.normalize()) {
                scaleToOne(vector);
            }
            pooled.asFloatBuffer().put(vector);
            pooled.position(pooled.position() + dimensions * Float.BYTES);
        }
        TensorBuffer embedding =
                new TensorBuffer(ElementType.FP32, List.of((long) rows, (long) dimensions), pooled.flip());
        return new RunResult(List.of(embedding), result.deviceNanos(), result.wallNanos());
    }

    private static void mean(FloatBuffer data, long[] mask, int first, int tokens, float[] token, float[] vector) {
        Arrays.fill(vector, 0);
        int counted = 0;
        for (int i = first; i < first + tokens; i++) {
            if (mask[i] != 0) {
                data.get(i * vector.length, token);
                for (int d = 0; d < vector.length; d++) {
                    vector[d] += token[d];
                }
                counted++;
            }
        }
        for (int d = 0; d < vector.length && counted > 0; d++) {
            vector[d] /= counted;
        }
    }

    /** A vector of zeros stays one. */
    private static void scaleToOne(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 1;
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= scale;
        }
    }

    private static LongBuffer longs(ByteBuffer data) {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    @Override
    public void close() {
        program.close();
    }
}
