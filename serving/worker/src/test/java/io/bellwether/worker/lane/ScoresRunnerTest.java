package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.worker.model.ModelKind.Scores;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresRunnerTest {
    @Test
    void aSoftmaxAddsUpToOneInEachRow() throws EngineFault {
        // When: in the second row the plain exponentials would overflow
        float[] scores = scores(Scores.SOFTMAX, 0, (float) Math.log(3), 1000, 1000);

        // Then
        assertThat(scores[0]).isEqualTo(0.25f, within(1e-6f));
        assertThat(scores[1]).isEqualTo(0.75f, within(1e-6f));
        assertThat(scores[2]).isEqualTo(0.5f);
        assertThat(scores[3]).isEqualTo(0.5f);
    }

    @Test
    void aSigmoidIsOfEachClassAlone() throws EngineFault {
        float[] scores = scores(Scores.SIGMOID, 0, (float) Math.log(3), 1000, -1000);
        assertThat(scores[0]).isEqualTo(0.5f);
        assertThat(scores[1]).isEqualTo(0.75f, within(1e-6f));
        assertThat(scores[2]).isEqualTo(1);
        assertThat(scores[3]).isEqualTo(0);
    }

    @Test
    void aNanSpoilsItsOwnRowOnly() throws EngineFault {
        assertThat(scores(Scores.SOFTMAX, Float.NaN, 1, 2, 2)).containsExactly(Float.NaN, Float.NaN, 0.5f, 0.5f);
    }

    private static float[] scores(Scores kind, float... logits) throws EngineFault {
        ByteBuffer data = ByteBuffer.allocateDirect(logits.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(logits);
        RunResult result = new RunResult(List.of(new TensorBuffer(ElementType.FP32, List.of(2L, 2L), data)), 1, 1);
        ModelRunner program = new ModelRunner() {
            @Override
            public RunResult run(BatchBuffers in) {
                return result;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
        RunResult scored = new ScoresRunner(program, kind).run(new BatchBuffers(2, List.of()));
        float[] values = new float[logits.length];
        scored.outputs().get(0).data().asFloatBuffer().get(values);
        return values;
    }
}
