package io.bellwether.worker.lane;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.worker.model.ModelKind.Scores;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Runs a classifier, FP32 [rows, classes], and makes probabilities of what it returns, in place. A NaN stays one: with
 * {@link Scores#SOFTMAX} the whole row becomes NaN.
 */
final class ScoresRunner implements ModelRunner {
    private final ModelRunner program;
    private final Scores scores;

    /**
     * @param scores not {@link Scores#NONE}
     */
    ScoresRunner(ModelRunner program, Scores scores) {
        this.program = program;
        this.scores = scores;
    }

    @Override
    public RunResult run(BatchBuffers in) throws EngineFault {
        RunResult result = program.run(in);
        TensorBuffer logits = result.outputs().get(0);
        FloatBuffer data =
                logits.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] row = new float[data.remaining() / in.items()];
        for (int item = 0; item < in.items(); item++) {
            data.get(item * row.length, row);
            if (scores == Scores.SOFTMAX) {
                softmax(row);
            } else {
                sigmoid(row);
            }
            data.put(item * row.length, row);
        }
        return result;
    }

    /** The largest is taken off first: its exponential is 1, and none overflows. */
    private static void softmax(float[] row) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : row) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : row) {
            sum += Math.exp(logit - largest);
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (Math.exp(row[i] - largest) / sum);
        }
    }

    private static void sigmoid(float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (1 / (1 + Math.exp(-row[i])));
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
