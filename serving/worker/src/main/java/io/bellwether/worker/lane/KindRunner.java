package io.bellwether.worker.lane;

import io.bellwether.engine.ModelRunner;
import io.bellwether.worker.model.ModelKind;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelKind.Scores;
import io.bellwether.worker.model.ModelKind.TextClassification;
import io.bellwether.worker.model.ModelKind.TextEmbedding;
import io.bellwether.worker.model.ModelSpec;

/** Puts around a program what makes the answer of its kind out of what it returns. */
final class KindRunner {
    private KindRunner() {}

    /** The program itself when its outputs are the answer. */
    static ModelRunner around(ModelRunner program, ModelSpec spec) {
        ModelKind kind = spec.kind();
        if (kind instanceof TextEmbedding embedding) {
            return new PoolingRunner(program, embedding, spec.inputs());
        }
        if (kind instanceof TextClassification texts) {
            return around(program, texts.scores());
        }
        if (kind instanceof ImageClassification images) {
            return around(program, images.scores());
        }
        return program;
    }

    private static ModelRunner around(ModelRunner program, Scores scores) {
        return scores == Scores.NONE ? program : new ScoresRunner(program, scores);
    }
}
